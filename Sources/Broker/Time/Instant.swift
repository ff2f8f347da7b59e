/// A point on the broker's monotonic clock, in nanoseconds since an origin of the caller's choosing.
///
/// The broker has no clock of its own: time is an argument of every input, so that a simulation may play it as it likes.
public struct Instant: Hashable, Comparable, Sendable {
  /// Nanoseconds since the origin.
  public let nanoseconds: UInt64

  /// An instant that many nanoseconds after the origin.
  public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

  public static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// This instant moved on by a span of seconds; it saturates instead of overflowing.
  public func advanced(bySeconds seconds: Double) -> Instant {
    let span = max(0, min(seconds, 1e9)) * 1e9
    return Instant(nanoseconds: nanoseconds &+ UInt64(span))
  }

  /// Seconds from this instant to another; negative when the other lies before.
  public func seconds(to other: Instant) -> Double {
    other >= self
      ? Double(other.nanoseconds - nanoseconds) / 1e9
      : -Double(nanoseconds - other.nanoseconds) / 1e9
  }
}
