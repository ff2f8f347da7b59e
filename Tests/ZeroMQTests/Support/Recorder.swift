import Synchronization

/// What happened, in order, and a way to wait until enough has.
final class Recorder<Element: Sendable>: Sendable {
  private struct State {
    var elements: [Element] = []
    var waiters: [(count: Int, continuation: CheckedContinuation<[Element], Never>)] = []
  }

  private let state = Mutex(State())

  /// What happened up to now.
  var elements: [Element] { state.withLock { $0.elements } }

  func append(_ element: Element) {
    let (elements, satisfied) = state.withLock { state in
      state.elements.append(element)
      let split = state.waiters.partition { $0.count <= state.elements.count }
      let satisfied = Array(state.waiters[split...])
      state.waiters.removeSubrange(split...)
      return (state.elements, satisfied)
    }
    for waiter in satisfied { waiter.continuation.resume(returning: elements) }
  }

  /// Waits until `count` things have happened, and returns all that did.
  @discardableResult
  func wait(forCount count: Int) async -> [Element] {
    await withCheckedContinuation { continuation in
      let elements = state.withLock { state -> [Element]? in
        if state.elements.count >= count { return state.elements }
        state.waiters.append((count, continuation))
        return nil
      }
      if let elements { continuation.resume(returning: elements) }
    }
  }
}
