/// A JSON pointer (RFC 6901): `/services/provides/pricing.quote`.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
  /// Unescaped reference tokens, outermost first; none points to the whole document.
  public let tokens: [String]

  public init(_ tokens: [String] = []) {
    self.tokens = tokens
  }

  /// - Returns: nil for text that does not begin with `/` or has a `~` that is not `~0` or `~1`.
  public init?(parsing text: String) {
    guard !text.isEmpty else {
      self.init()
      return
    }
    guard text.utf8.first == ASCII.slash else { return nil }
    var tokens: [String] = []
    for raw in text.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
      guard let token = Self.unescape(raw) else { return nil }
      tokens.append(token)
    }
    self.init(tokens)
  }

  public func appending(_ key: String) -> JSONPointer { JSONPointer(tokens + [key]) }

  public func appending(_ index: Int) -> JSONPointer { appending(String(index)) }

  /// The pointer to the container; nil for the whole document.
  public var parent: JSONPointer? {
    tokens.isEmpty ? nil : JSONPointer(Array(tokens.dropLast()))
  }

  public var description: String {
    var text = ""
    for token in tokens {
      text += "/"
      for scalar in token.unicodeScalars {
        switch scalar {
        case "~": text += "~0"
        case "/": text += "~1"
        default: text.unicodeScalars.append(scalar)
        }
      }
    }
    return text
  }

  /// A token that is an array index: decimal, without leading zeros (RFC 6901 §4).
  static func arrayIndex(_ token: String) -> Int? {
    guard let index = Int(token), index >= 0, String(index) == token else { return nil }
    return index
  }

  private static func unescape(_ raw: Substring) -> String? {
    var token = ""
    var scalars = raw.unicodeScalars.makeIterator()
    while let scalar = scalars.next() {
      guard scalar == "~" else {
        token.unicodeScalars.append(scalar)
        continue
      }
      switch scalars.next() {
      case "0": token += "~"
      case "1": token += "/"
      default: return nil
      }
    }
    return token
  }
}
