import KernelProtocol

@testable import Broker

extension BrokerStage {
  /// Calls a method, as a plugin or as the host.
  @discardableResult
  mutating func call(
    _ method: String, from plugin: String? = nil, _ params: JSONValue = [:],
    parent: FrameBytes = Envelope.emptyObject, timeout: Double? = nil
  ) -> Envelope {
    send(.callRequest, from: plugin, parent: parent, content: params) { metadata in
      metadata.method = method
      metadata.timeout = timeout
    }
  }

  /// The calls that a plugin was sent since the effects were taken last.
  func calls(to plugin: String) -> [Envelope] { sent(.callRequest, to: plugin) }

  /// A handler returns a value, or fails.
  mutating func answer(
    _ call: Envelope, in plugin: String, _ content: JSONValue, _ outcome: Outcome = .ok,
    bufferPaths: String? = nil
  ) {
    send(.callReply, from: plugin, parent: call.header.bytes, content: content) { metadata in
      metadata.outcome = outcome
      metadata.bufferPaths = bufferPaths.map { Array($0.utf8) }
    }
  }

  /// The outcomes and contents of the replies to a request, by its id.
  func replies(
    _ type: MessageType, to request: Envelope, of plugin: String? = nil
  ) -> [(outcome: Outcome?, content: JSONValue)] {
    sent(type, to: plugin).filter { $0.parentID == request.id }.map { reply in
      let fields = try? MessageMetadata(reading: reply.metadata)
      return (fields?.outcome, Self.content(reply) ?? .null)
    }
  }

  /// Takes the kernel of a plugin away.
  mutating func kill(_ plugin: String) {
    give(.disconnect(connection(plugin), ConnectionEnd(exit: .signalled("SIGKILL"))))
  }

  /// All that is published, since the effects were taken last.
  var publications: [Envelope] {
    effects.compactMap { if case .publish(_, _, let envelope) = $0 { envelope } else { nil } }
  }

  /// What is published of an event, since the effects were taken last.
  func published(_ event: String) -> [JSONValue] {
    effects.compactMap { effect in
      guard case .publish(_, _, let envelope) = effect,
        (try? MessageMetadata(reading: envelope.metadata))?.event == event
      else { return nil }
      return Self.content(envelope)
    }
  }
}
