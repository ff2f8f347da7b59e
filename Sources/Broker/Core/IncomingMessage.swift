import KernelProtocol

/// A message from a peer, with what routing needs of it read once, and shared by all who hold it.
final class IncomingMessage: Sendable {
  let header: Header
  let parentID: String?
  let fields: MessageMetadata
  let content: FrameBytes
  let buffers: [FrameBytes]

  /// Reads a message's metadata and the id in its parent header.
  init(_ envelope: Envelope) throws(EnvelopeError) {
    header = envelope.header
    parentID = envelope.parentID
    fields = try MessageMetadata(reading: envelope.metadata)
    content = envelope.content
    buffers = envelope.buffers
  }

  /// A message with nothing but a header.
  init(header: Header) {
    self.header = header
    parentID = nil
    fields = MessageMetadata()
    content = Envelope.emptyObject
    buffers = []
  }

  /// A message of the orchestrator's own making.
  init(header: Header, fields: MessageMetadata, content: FrameBytes, buffers: [FrameBytes]) {
    self.header = header
    parentID = nil
    self.fields = fields
    self.content = content
    self.buffers = buffers
  }

  /// The same message with nothing in it, so that a running frame does not hold on to its parameters.
  var withoutBody: IncomingMessage { IncomingMessage(header: header) }

  /// The bytes that a mailbox holds while the message waits.
  var byteCount: Int { content.count + buffers.reduce(0) { $0 + $1.count } }
}
