import Testing
import ZeroMQ

@Suite("A loop's timers", .timeLimit(.minutes(5)))
struct LoopTimerTests {
  @Test("fire in order of time, not before it, and not when cancelled")
  func order() async throws {
    try await withRunningLoop { loop in
      let fired = Recorder<(name: String, isLate: Bool)>()
      try await loop.perform {
        let start = MonotonicClock.now()
        var tokens: [String: TimerToken] = [:]
        for (name, delay) in [("third", 6), ("first", 2), ("never", 3), ("second", 4)] {
          let deadline = start + UInt64(delay) * 1_000_000
          tokens[name] = loop.setTimer(at: deadline) {
            fired.append((name, MonotonicClock.now() >= deadline))
          }
        }
        #expect(tokens["never"].map { loop.cancel($0) } == true)
        #expect(tokens["never"].map { loop.cancel($0) } == false)
      }
      let all = await fired.wait(forCount: 3)
      #expect(all.map(\.name) == ["first", "second", "third"])
      #expect(all.map(\.isLate) == [true, true, true])
    }
  }

  @Test("that set another at once leave the loop its other work")
  func relentless() async throws {
    try await withRunningLoop { loop in
      let (enough, ended) = (Recorder<Bool>(), Recorder<Bool>())
      @Sendable func goOn() {
        if enough.elements.isEmpty {
          loop.setTimer(at: 0, handler: goOn)
        } else {
          ended.append(true)
        }
      }
      try await loop.perform {
        _ = loop.setTimer(at: 0) {
          // The timers end only if the loop comes to this job between them.
          loop.execute { enough.append(true) }
          goOn()
        }
      }
      await ended.wait(forCount: 1)
    }
  }
}
