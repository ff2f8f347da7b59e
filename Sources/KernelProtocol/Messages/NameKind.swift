/// The two kinds of names, and the mark that separates the segments of each.
public enum NameKind: Sendable, Hashable {
  /// `cart:updated`
  case event
  /// `pricing.quote`
  case method

  public var separator: Character { Character(Unicode.Scalar(separatorByte)) }

  /// Names are cut by bytes: a combining mark after the separator cannot hide it so.
  var separatorByte: UInt8 {
    switch self {
    case .event: ASCII.colon
    case .method: ASCII.dot
    }
  }
}
