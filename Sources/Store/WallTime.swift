import Glibc

/// Moments as the database keeps them: nanoseconds since 1970.
enum WallTime {
  static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// A span of seconds; at most some 290 years.
  static func nanoseconds(_ seconds: Double) -> Int64 {
    Int64(max(0, min(seconds, 9e9)) * 1e9)
  }
}
