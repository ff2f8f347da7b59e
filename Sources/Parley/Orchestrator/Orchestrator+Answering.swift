import Broker
import KernelProtocol

/// Replies to requests that are the orchestrator's own affair, and not the broker's.
extension Orchestrator {
  /// Answers a request.
  func answer(
    _ type: MessageType, to request: Envelope, on id: ConnectionID, _ content: JSONValue
  ) {
    perform(.send(id, reply(type, to: request, .ok, content)))
  }

  /// Answers it with another outcome than ok.
  func answer(
    _ type: MessageType, to request: Envelope, on id: ConnectionID, _ error: OutcomeError
  ) {
    perform(.send(id, reply(type, to: request, error.outcome, error.wire())))
  }

  /// A reply to a request.
  func reply(
    _ type: MessageType, to request: Envelope, _ outcome: Outcome, _ content: JSONValue
  ) -> Envelope {
    var metadata = MessageMetadata()
    metadata.outcome = outcome
    return Envelope(
      header: ownHeaders.make(type, date: clock.date), parentHeader: request.header.bytes,
      metadata: metadata.bytes, content: FrameBytes(json: content))
  }
}
