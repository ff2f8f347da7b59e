import KernelProtocol

/// One message to a client, read.
struct ClientMessage: Sendable {
  let type: MessageType
  /// The header's bytes, by which it is answered.
  let header: FrameBytes
  let metadata: JSONValue
  let outcome: Outcome?
  let content: JSONValue
  /// The binary values, each with its path in the content.
  let attachments: [Attachment]

  /// Reads a message of the orchestrator's.
  init(_ envelope: Envelope) {
    metadata = (try? JSONParser().parse(envelope.metadata)) ?? [:]
    type = envelope.type
    header = envelope.header.bytes
    outcome = metadata["outcome"]?.stringValue.flatMap(Outcome.init(rawValue:))
    content = (try? JSONParser(maximumDepth: JSONDepth.content).parse(envelope.content)) ?? [:]
    attachments = Attachment.pair(metadata["buffer_paths"], with: envelope.buffers)
  }

  /// What a request comes to when it cannot be answered.
  init(_ error: OutcomeError) {
    type = .callReply
    header = Envelope.emptyObject
    metadata = [:]
    outcome = error.outcome
    content = error.wire()
    attachments = []
  }

  /// Whether nothing follows it.
  var isFinal: Bool { outcome != nil || type == .executeReply }

  /// The content of a reply that is ok.
  func result() throws(OutcomeError) -> JSONValue {
    guard let outcome, outcome != .ok else { return content }
    throw OutcomeError(wire: content, outcome: outcome)
  }
}
