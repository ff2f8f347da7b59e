import KernelProtocol
import Synchronization

/// What the items of a stream of the application's go through: one is sent only when its consumer has asked for it, so that a slow
/// consumer slows the handler's sequence.
final class ServedStream: Sendable {
  private struct State {
    var credit: Int
    var waiter: CheckedContinuation<Void, Never>?
    var hasEnded = false
    var sent = 0
  }

  private let state: Mutex<State>

  /// - Parameter credit: how many items may be sent before more are asked for.
  init(credit: Int) { state = Mutex(State(credit: credit)) }

  /// The consumer asks for more.
  func grant(_ count: Int) {
    resume { $0.credit += count }
  }

  /// Takes the place of one item.
  ///
  /// - Returns: its number, from 0; nil when there is no credit left for it.
  func take() -> Int? {
    state.withLock { state in
      guard state.credit > 0 else { return nil }
      state.credit -= 1
      defer { state.sent += 1 }
      return state.sent
    }
  }

  /// Waits until there is credit, or the task is cancelled.
  func waitForCredit() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let mustWait = state.withLock { state in
          guard state.credit == 0, !state.hasEnded else { return false }
          state.waiter = continuation
          return true
        }
        if !mustWait { continuation.resume() }
      }
    } onCancel: {
      resume { $0.hasEnded = true }
    }
  }

  private func resume(_ change: (inout sending State) -> Void) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      change(&state)
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }
}
