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
    return String(unsafeUninitializedCapacity: 24) { text in
      var count = 0
      func write(_ number: Int, _ width: Int, _ separator: Character) {
        var rest = number
        for place in (count..<(count + width)).reversed() {
          text[place] = UInt8(ascii: "0") + UInt8(rest % 10)
          rest /= 10
        }
        text[count + width] = separator.asciiValue ?? 0
        count += width + 1
      }
      write(Int(parts.tm_year) + 1900, 4, "-")
      write(Int(parts.tm_mon) + 1, 2, "-")
      write(Int(parts.tm_mday), 2, "T")
      write(Int(parts.tm_hour), 2, ":")
      write(Int(parts.tm_min), 2, ":")
      write(Int(parts.tm_sec), 2, ".")
      write(milliseconds, 3, "Z")
      return count
    }
  }
}
