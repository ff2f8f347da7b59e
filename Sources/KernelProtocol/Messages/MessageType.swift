/// The type of a message: `msg_type` of its header.
///
/// An open set: a type that this version does not know is kept and ignored, so that versions can
/// grow (specs/kernel-protocol.md §2). The ones it knows are ``Known``, a closed set to switch
/// over.
public struct MessageType: Sendable, RawRepresentable {
  public let rawValue: String
  /// nil for a type that is not in the specification.
  public let known: Known?

  public init(rawValue: String) {
    var text = rawValue
    known = text.withUTF8 { Known.table[UnsafeRawBufferPointer($0)] }
    self.rawValue = rawValue
  }

  public init(_ known: Known) {
    self.known = known
    rawValue = known.rawValue
  }

  /// The type of the reply: `X_reply` to a request `X_request` or `X`.
  public var reply: MessageType {
    let stem = rawValue.hasSuffix("_request") ? String(rawValue.dropLast(8)) : rawValue
    return MessageType(rawValue: stem + "_reply")
  }
}

extension MessageType: Hashable {
  @inline(__always)
  public static func == (left: MessageType, right: MessageType) -> Bool {
    // Two known types differ as enums do; text is compared only for what nobody knows.
    if left.known != nil || right.known != nil { return left.known == right.known }
    return left.rawValue == right.rawValue
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(rawValue)
  }
}

extension MessageType: CustomStringConvertible {
  public var description: String { rawValue }
}
