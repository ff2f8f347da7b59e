import Synchronization

/// Hands reports to any number of watchers, in order.
final class ReportHub: Sendable {
  private struct State {
    var watchers: [Int: AsyncStream<OrchestratorReport>.Continuation] = [:]
    var next = 0
  }

  private let state = Mutex(State())

  /// A stream of all reports from now on.
  func watch() -> AsyncStream<OrchestratorReport> {
    let (stream, continuation) = AsyncStream.makeStream(of: OrchestratorReport.self)
    let number = state.withLock { state in
      state.next += 1
      state.watchers[state.next] = continuation
      return state.next
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { $0.watchers[number] = nil }
    }
    return stream
  }

  /// Tells all watchers.
  func send(_ report: OrchestratorReport) {
    for watcher in state.withLock({ Array($0.watchers.values) }) { watcher.yield(report) }
  }

  /// Nothing follows.
  func finish() {
    for watcher in state.withLock({ Array($0.watchers.values) }) { watcher.finish() }
  }
}
