/// One message in Jupyter's wire format (specs/kernel-protocol.md §2).
///
/// Only the header is decoded. The other parts are the bytes that came, known to be valid JSON
/// objects, and go out again as the same bytes. It never changes, so those who hold it share it.
public final class Envelope: Sendable {
  public let header: Header
  /// The header of the request answered or of the frame on whose behalf this is sent, or `{}`.
  public let parentHeader: FrameBytes
  public let metadata: FrameBytes
  public let content: FrameBytes
  /// Binary values, not covered by the signature.
  public let buffers: [FrameBytes]

  /// An empty JSON object, for parts that say nothing.
  public static let emptyObject = FrameBytes("{}")

  static let delimiter = FrameBytes("<IDS|MSG>")
  /// The delimiter, the signature and the four JSON parts.
  static let minimumFrameCount = 6

  public init(
    header: Header, parentHeader: FrameBytes = Envelope.emptyObject,
    metadata: FrameBytes = Envelope.emptyObject, content: FrameBytes = Envelope.emptyObject,
    buffers: [FrameBytes] = []
  ) {
    self.header = header
    self.parentHeader = parentHeader
    self.metadata = metadata
    self.content = content
    self.buffers = buffers
  }

  public var type: MessageType { header.type }

  public var id: String { header.id }

  /// `msg_id` of the parent header, read anew each time; nil when that is `{}`.
  public var parentID: String? {
    parentHeader.withUnsafeBytes { bytes in
      try? HeaderFields(scanning: bytes, of: "parent_header").id
    }
  }

  /// The sum of the bytes of all frames that ``encode(signer:topic:)`` gives without a topic: what
  /// `max_message_bytes` limits.
  public var byteCount: Int {
    let parts = header.bytes.count + parentHeader.count + metadata.count + content.count
    let start = Self.delimiter.count + Signer.signatureLength
    return buffers.reduce(start + parts) { $0 + $1.count }
  }
}

extension Envelope: Equatable {
  /// By content.
  public static func == (left: Envelope, right: Envelope) -> Bool {
    left.header == right.header && left.parentHeader == right.parentHeader
      && left.metadata == right.metadata && left.content == right.content
      && left.buffers == right.buffers
  }
}
