/// The header of a message (Jupyter's, version 5.4), with its bytes as they are on the wire.
///
/// The bytes matter: a reply's parent header is the request's header verbatim, and the signature
/// covers them. Of the fields only those are read that routing needs; `username`, `date`, `version`
/// and what is unknown are ignored. It never changes, so those who hold it share it.
public final class Header: Sendable {
  /// The JSON text, as received or as written by ``HeaderFactory``.
  public let bytes: FrameBytes
  /// Unique per sender; 1…``maximumIdentifierLength`` bytes.
  public let id: String
  public let type: MessageType
  /// Empty when the sender gave none.
  public let session: String

  /// Upper limit, in bytes, of `msg_id`, `session` and `msg_type`, which are remembered and logged.
  public static let maximumIdentifierLength = 256

  init(bytes: FrameBytes, id: String, type: MessageType, session: String) {
    self.bytes = bytes
    self.id = id
    self.type = type
    self.session = session
  }

  /// Reads a header in one pass; all of it must be valid JSON in valid UTF-8.
  ///
  /// - Throws: ``EnvelopeError/malformed(_:)`` that names what is missing or wrong.
  public convenience init(reading bytes: FrameBytes) throws(EnvelopeError) {
    let fields = try bytes.withUnsafeBytes { (raw) throws(EnvelopeError) in
      try HeaderFields(scanning: raw, of: "header")
    }
    guard let id = fields.id, !id.isEmpty else {
      throw .malformed("the header has no msg_id")
    }
    guard let type = fields.type, !type.rawValue.isEmpty else {
      throw .malformed("the header has no msg_type")
    }
    self.init(bytes: bytes, id: id, type: type, session: fields.session ?? "")
  }
}

extension Header: Equatable {
  /// By the bytes, which say all the rest.
  public static func == (left: Header, right: Header) -> Bool { left.bytes == right.bytes }
}
