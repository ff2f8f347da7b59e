import Broker
import Glibc
import ZeroMQ

/// The time for the broker, and the same as a date, which is written anew once a millisecond.
struct MessageClock {
  private var millisecond = -1
  private(set) var date = ""

  /// The date of a moment of the broker's.
  func date(of instant: Instant) -> String {
    let age = Int64(MonotonicClock.now()) - Int64(instant.nanoseconds)
    return WallClock.text(nanoseconds: WallClock.nanoseconds() - age)
  }

  /// Reads both clocks.
  mutating func read() -> Instant {
    _ = today()
    return Instant(nanoseconds: MonotonicClock.now())
  }

  /// The date now.
  mutating func today() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let current = time.tv_sec * 1_000 + time.tv_nsec / 1_000_000
    if current != millisecond {
      millisecond = current
      date = WallClock.text(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
    }
    return date
  }
}
