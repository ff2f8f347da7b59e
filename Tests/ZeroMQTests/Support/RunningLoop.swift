import ZeroMQ

/// A loop that runs for the length of one test.
func withRunningLoop<Result>(
  _ body: (ZeroMQLoop) async throws -> Result
) async throws -> Result {
  let loop = try ZeroMQLoop()
  try loop.start()
  defer { loop.stop() }
  return try await body(loop)
}

extension ZeroMQLoop {
  /// Runs `body` on the loop's thread and waits for its result.
  func perform<Result: Sendable>(
    _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      execute { continuation.resume(with: Swift.Result { try body() }) }
    }
  }
}
