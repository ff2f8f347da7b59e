import KernelProtocol
import Synchronization

/// Takes a remote client's messages to its socket, on the loop that both are on.
final class ControlRelay: Sendable {
  private struct WeakConnection: Sendable {
    weak var connection: ControlConnection?
  }

  private let target = Mutex(WeakConnection())

  /// Where messages go; set once, as soon as there is one.
  var connection: ControlConnection? {
    get { target.withLock { $0.connection } }
    set { target.withLock { $0.connection = newValue } }
  }

  /// Hands a message over; called on the loop.
  var transmit: @Sendable (Envelope) -> Void {
    { [self] envelope in
      connection?.assumeIsolated { $0.transmit(envelope) }
    }
  }
}
