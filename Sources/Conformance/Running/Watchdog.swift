/// Ends work that does not end by itself: a kernel that hangs must not hang the suite.
enum Watchdog {
  /// The work took too long.
  struct Expired: Error, CustomStringConvertible {
    let seconds: Double

    var description: String { "it did not end within \(seconds) s" }
  }

  /// Runs `work`. When it takes longer, its task is cancelled and `expire` is run, which must make it end.
  ///
  /// - Throws: ``Expired``, or what the work throws.
  static func run<Result: Sendable>(
    seconds: Double, orElse expire: @escaping @Sendable () async -> Void,
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: .seconds(seconds))
        return nil
      }
      defer { group.cancelAll() }
      if let first = try await group.next(), let result = first { return result }
      group.cancelAll()
      await expire()
      while (try? await group.next()) != nil {}
      throw Expired(seconds: seconds)
    }
  }
}
