import UnixSignals

/// Runs work that ^C cancels; a second ^C runs the second handler.
enum Interruption {
  /// Runs `work`; on the first ^C (or SIGTERM) its task is cancelled, on each further one `again` is called.
  ///
  /// - Returns: what `work` gave, and whether it was interrupted.
  static func run<Result: Sendable>(
    _ work: @escaping @Sendable () async -> Result,
    again: @escaping @Sendable () async -> Void = {}
  ) async -> (result: Result, wasInterrupted: Bool) {
    let task = Task { await work() }
    let watcher = Task {
      var count = 0
      for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
        count += 1
        if count == 1 { task.cancel() } else { await again() }
      }
    }
    let result = await task.value
    watcher.cancel()
    return (result, task.isCancelled)
  }
}
