/// Why a text is no name or pattern of events or methods.
public struct NameError: Error, Sendable, Equatable {
  public enum Code: String, Sendable {
    case empty
    case tooLong = "too_long"
    case emptySegment = "empty_segment"
    case badCharacter = "bad_character"
    case partialWildcard = "partial_wildcard"
    case restNotAtEnd = "rest_not_at_end"
    case wildcardInName = "wildcard_in_name"
  }

  public let code: Code
  /// The text that was refused.
  public let text: String
  public let kind: NameKind
}

extension NameError: CustomStringConvertible {
  public var description: String {
    let what = kind == .event ? "event" : "method"
    let mark = kind.separator
    return switch code {
    case .empty: "the name of the \(what) is empty"
    case .tooLong: "the name of the \(what) has more than \(NamePattern.maximumLength) bytes"
    case .emptySegment: "`\(text)` has an empty segment: segments are joined by one `\(mark)`"
    case .badCharacter: "`\(text)` has a space or control character in it"
    case .partialWildcard: "`\(text)`: `*` stands for a whole segment, as in `a\(mark)*`"
    case .restNotAtEnd: "`\(text)`: `**` may only be the last segment"
    case .wildcardInName: "`\(text)` is a pattern, and the name of one \(what) is needed"
    }
  }
}
