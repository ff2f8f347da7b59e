import KernelProtocol
import Parley
import ZeroMQ

/// Isolated to the client, and so on the orchestrator's own thread: what is measured is the way to the kernel and back, as a
/// task on that thread sees it, and not the hops between the threads of this program.
extension Client {
  /// Calls one after the other.
  ///
  /// - Returns: the time of each, in nanoseconds.
  func time(_ count: Int, _ method: String, _ parameters: JSONValue) async throws -> [UInt64] {
    var times: [UInt64] = []
    times.reserveCapacity(count)
    for _ in 0..<count {
      let start = MonotonicClock.now()
      _ = try await call(method, parameters)
      times.append(MonotonicClock.now() - start)
    }
    return times
  }

  /// Calls with so many of them open at a time.
  ///
  /// - Returns: calls a second.
  func rate(_ count: Int, inFlight: Int, _ method: String, _ parameters: JSONValue) async throws
    -> Double
  {
    let start = MonotonicClock.now()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<inFlight {
        group.addTask { try await self.call(count / inFlight, method, parameters) }
      }
      try await group.waitForAll()
    }
    return Double(count) / (Double(MonotonicClock.now() - start) / 1e9)
  }

  /// Emits an event to its subscribers.
  ///
  /// - Returns: when that began, by the monotonic clock.
  func emit(_ event: String, to subscribers: Int, _ payload: JSONValue) async throws -> UInt64 {
    let start = MonotonicClock.now()
    let matched = try await emit(event, payload)
    guard matched == subscribers else {
      throw BenchmarkError.plugin("\(event) has matched \(matched) of \(subscribers).")
    }
    return start
  }

  /// Calls one after the other, without a look at the clock.
  func call(_ count: Int, _ method: String, _ parameters: JSONValue) async throws {
    for _ in 0..<count { _ = try await call(method, parameters) }
  }
}
