import Glibc

/// Moments for people, in local time.
enum LocalTime {
  /// `14:03:59.123`
  static func now() -> String {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return clock(parts(time.tv_sec)) + "." + padded(time.tv_nsec / 1_000_000, 3)
  }

  /// `2026-11-21 14:03:59`, of a moment in nanoseconds since 1970.
  static func text(nanoseconds: Int64) -> String {
    let parts = parts(time_t(nanoseconds / 1_000_000_000))
    let date = [parts.tm_year + 1_900, parts.tm_mon + 1, parts.tm_mday].map { padded(Int($0), 2) }
    return date.joined(separator: "-") + " " + clock(parts)
  }

  /// `14:03:59`, of a date in ISO 8601 and UTC.
  static func clock(ofDate date: String) -> String? {
    let numbers = date.split { !$0.isNumber }.compactMap { Int32($0) }
    guard numbers.count >= 6 else { return nil }
    var utc = tm()
    (utc.tm_year, utc.tm_mon, utc.tm_mday) = (numbers[0] - 1_900, numbers[1] - 1, numbers[2])
    (utc.tm_hour, utc.tm_min, utc.tm_sec) = (numbers[3], numbers[4], numbers[5])
    return clock(parts(timegm(&utc)))
  }

  private static func parts(_ seconds: time_t) -> tm {
    var (seconds, parts) = (seconds, tm())
    localtime_r(&seconds, &parts)
    return parts
  }

  private static func clock(_ parts: tm) -> String {
    [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }.joined(separator: ":")
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
