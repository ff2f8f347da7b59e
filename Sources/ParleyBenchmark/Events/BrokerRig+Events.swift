import Broker
import KernelProtocol

/// The messages of a queued event.
extension BrokerRig {
  /// The event of the caller's that the callee subscribes to.
  static let event = "caller:done"

  /// Subscribes the callee, and confirms it.
  mutating func subscribe() throws {
    clear()
    receive(callee.makeSubscribe(to: Self.event), from: callee.connection)
    for case .send(_, let reply) in effects where reply.type.known == .subscribeReply {
      let content = try JSONParser().parse(reply.content)
      confirm(nonce: content["nonce"]?.stringValue ?? "")
      return
    }
    throw BenchmarkError.plugin("The broker did not answer a subscription.")
  }

  mutating func makeEmits(_ count: Int) -> [Envelope] {
    (0..<count).map { _ in caller.makeEmit(of: Self.event) }
  }

  /// The events to the callee that wait in ``effects``.
  var delivered: [Envelope] {
    effects.compactMap { effect in
      guard case .send(callee.connection, let event) = effect, event.type.known == .event else {
        return nil
      }
      return event
    }
  }

  mutating func makeStarts(of events: [Envelope]) -> [Envelope] {
    events.map { callee.makeReply(to: $0, .eventStart) }
  }

  mutating func makeEventReplies(to events: [Envelope]) -> [Envelope] {
    events.map { callee.makeReply(to: $0, .eventReply) }
  }
}
