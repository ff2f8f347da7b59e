import Glibc

/// The date as messages carry it.
enum WallClock {
  /// ISO 8601 in UTC with milliseconds: `2026-01-02T03:04:05.678Z`.
  static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return text(seconds: time.tv_sec, milliseconds: time.tv_nsec / 1_000_000)
  }

  /// Nanoseconds since 1970.
  static func nanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// The text of a moment, in nanoseconds since 1970.
  static func text(nanoseconds: Int64) -> String {
    let milliseconds = Int(nanoseconds / 1_000_000)
    return text(seconds: milliseconds / 1_000, milliseconds: milliseconds % 1_000)
  }

  /// The text of a moment, in whole seconds since 1970 and milliseconds.
  static func text(seconds: Int, milliseconds: Int) -> String {
    var seconds = seconds
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let date = [Int(parts.tm_year) + 1900, Int(parts.tm_mon) + 1, Int(parts.tm_mday)]
    let time = [Int(parts.tm_hour), Int(parts.tm_min), Int(parts.tm_sec)]
    return date.map(padded).joined(separator: "-") + "T"
      + time.map(padded).joined(separator: ":") + "." + padded(milliseconds, to: 3) + "Z"
  }

  private static func padded(_ number: Int) -> String { padded(number, to: 2) }

  private static func padded(_ number: Int, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
