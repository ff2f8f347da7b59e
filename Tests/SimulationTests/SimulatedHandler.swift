import Broker
import KernelProtocol

/// One invocation in a simulated kernel: a program of steps, and what it waits for.
struct SimulatedHandler {
  enum Role: Equatable {
    case call
    case stream
    case event
  }

  let role: Role
  /// The header of the message that opened it.
  let header: Header
  var steps: [SimulatedStep]
  var wait = SimulatedWait.nothing
  /// Requests that a race has left open.
  var rest: Set<String> = []
  /// The streams that it reads, the one opened last at the end.
  var reading: [String] = []
  /// How many items it may still yield.
  var credit = 0
  /// How many items it has yielded.
  var yielded = 0
  /// Whether the broker was told that it waits for credit.
  var hasToldWait = false
  /// Whether the broker wants to know when it waits (`wait_query`).
  var isWatched = false
  /// Whether it was cancelled, and goes on nevertheless: what it still asks for is refused.
  var isCancelled = false
  /// Whether it ends with an error.
  let fails: Bool
  /// Whether it goes on when it is cancelled.
  let ignoresCancel: Bool
}
