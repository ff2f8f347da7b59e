import Testing

@testable import ZeroMQ

@Suite("The monotonic clock")
struct MonotonicClockTests {
  @Test("never goes back")
  func order() {
    let times = (0..<1_000).map { _ in MonotonicClock.now() }
    #expect(times == times.sorted())
  }

  @Test("adds durations, and stays within its range")
  func addition() {
    let (before, later) = (MonotonicClock.now(), MonotonicClock.now(plus: .milliseconds(1_500)))
    let after = MonotonicClock.now()
    #expect((before + 1_500_000_000...after + 1_500_000_000).contains(later))
    #expect(MonotonicClock.now(plus: .seconds(-5)) >= after)
    #expect(MonotonicClock.now(plus: .seconds(Int64.max)) == .max)
  }

  @Test("rounds a wait up, so that it never ends early")
  func milliseconds() {
    #expect(MonotonicClock.milliseconds(until: 0) == 0)
    #expect(MonotonicClock.milliseconds(until: .max) == .max)
    #expect(
      MonotonicClock.milliseconds(until: MonotonicClock.now(plus: .nanoseconds(100_000_000))) <= 100
    )
    #expect(MonotonicClock.milliseconds(until: MonotonicClock.now(plus: .seconds(60))) > 59_000)
  }
}
