import Broker
import KernelProtocol

extension Orchestrator {
  /// Tells those who watch of a message, when that is switched on; else it costs nothing.
  func trace(
    _ envelope: Envelope, _ direction: TracedMessage.Direction, _ peer: @autoclosure () -> String
  ) {
    guard configuration.tracesMessages else { return }
    hub.send(
      .message(
        TracedMessage(
          envelope, direction, peer(), at: clock.read(), redactor: redaction.redactor)))
  }

  /// How the host and commands are named.
  static let operatorName = "operator"
}
