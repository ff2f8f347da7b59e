import KernelProtocol
import Synchronization

/// Takes the host's own messages to the broker, on the loop that both are on.
final class HostRelay: Sendable {
  private let target = Mutex<WeakOrchestrator>(WeakOrchestrator())

  private struct WeakOrchestrator: Sendable {
    weak var orchestrator: Orchestrator?
  }

  /// Where messages go; set once, as soon as there is one.
  var orchestrator: Orchestrator? {
    get { target.withLock { $0.orchestrator } }
    set { target.withLock { $0.orchestrator = newValue } }
  }

  /// Hands a message over; called on the loop.
  var transmit: @Sendable (Envelope) -> Void {
    { [self] envelope in
      orchestrator?.assumeIsolated { $0.hostMessage(envelope) }
    }
  }
}
