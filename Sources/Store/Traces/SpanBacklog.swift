import Synchronization

/// How many spans wait to be written, and how many were not kept because too many did.
final class SpanBacklog: Sendable {
  private struct State {
    var waiting = 0
    var lost = 0
  }

  private let state = Mutex(State())

  /// - Returns: whether there is room for them; if not, they are counted as lost.
  func enter(_ count: Int, limit: Int) -> Bool {
    state.withLock { state in
      guard state.waiting + count <= limit else {
        state.lost += count
        return false
      }
      state.waiting += count
      return true
    }
  }

  func leave(_ count: Int, lost: Bool) {
    state.withLock { state in
      state.waiting -= count
      if lost { state.lost += count }
    }
  }

  var lost: Int { state.withLock { $0.lost } }
}
