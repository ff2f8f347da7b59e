import Broker
import KernelProtocol

/// One invocation in a simulated kernel: a program of steps, and what it waits for.
struct SimulatedHandler {
  enum Role: Equatable {
    case call
    case event
  }

  let role: Role
  /// The header of the message that opened it.
  let header: Header
  var steps: [SimulatedStep]
  /// The msg_id of the request that it waits for.
  var awaited: String?
  /// Whether it ends with an error.
  let fails: Bool
  /// Whether it goes on when it is cancelled.
  let ignoresCancel: Bool
}
