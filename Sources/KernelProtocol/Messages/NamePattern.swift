/// A name of an event or a method, or a pattern of names.
///
/// Segments are joined by `:` (events) or `.` (methods). In a pattern `*` is one segment,
/// whichever, and `**`, at the end, any number of them, also none: `order:**` matches `order` too.
/// Comparison is by bytes and knows no case.
public struct NamePattern: Sendable, Hashable {
  public enum Segment: Sendable, Hashable {
    case literal(String)
    case any
    case rest
  }

  public static let maximumLength = 255

  public let text: String
  public let kind: NameKind
  public let segments: [Segment]
  /// Whether it has no wildcard, and so matches itself alone.
  public let isName: Bool

  public init(_ text: String, _ kind: NameKind) throws(NameError) {
    func refuse(_ code: NameError.Code) -> NameError {
      NameError(code: code, text: text, kind: kind)
    }
    guard !text.isEmpty else { throw refuse(.empty) }
    guard text.utf8.count <= Self.maximumLength else { throw refuse(.tooLong) }
    guard text.unicodeScalars.allSatisfy(Self.isAllowed) else { throw refuse(.badCharacter) }
    var segments: [Segment] = []
    for part in Self.split(text, kind) {
      guard segments.last != .rest else { throw refuse(.restNotAtEnd) }
      switch part {
      case "": throw refuse(.emptySegment)
      case "*": segments.append(.any)
      case "**": segments.append(.rest)
      default:
        guard !part.utf8.contains(UInt8(ascii: "*")) else { throw refuse(.partialWildcard) }
        segments.append(.literal(String(part)))
      }
    }
    self.text = text
    self.kind = kind
    self.segments = segments
    isName = !segments.contains(.any) && !segments.contains(.rest)
  }

  /// Checks that a text is the name of one event or method, without wildcards.
  public static func validateName(_ text: String, _ kind: NameKind) throws(NameError) {
    guard try NamePattern(text, kind).isName else {
      throw NameError(code: .wildcardInName, text: text, kind: kind)
    }
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
  }

  static func split(_ name: String, _ kind: NameKind) -> [Substring] {
    name.utf8.split(separator: kind.separatorByte, omittingEmptySubsequences: false)
      .map { Substring($0) }
  }
}

extension NamePattern: CustomStringConvertible {
  public var description: String { text }
}
