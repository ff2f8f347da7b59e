internal import Glibc

/// The clock of the loop's timers: nanoseconds since some moment before the process started.
/// Setting the system's date does not move it, and it stands still while the machine sleeps.
public enum MonotonicClock {
  /// The time now, in nanoseconds.
  public static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// The time `duration` from now; now if it is negative, `UInt64.max` if it is beyond the range.
  public static func now(plus duration: Duration) -> UInt64 {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0, attoseconds >= 0 else { return now() }
    let (whole, tooLarge) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let (span, overflow) = whole.addingReportingOverflow(UInt64(attoseconds) / 1_000_000_000)
    guard !tooLarge, !overflow else { return .max }
    let (time, wrapped) = now().addingReportingOverflow(span)
    return wrapped ? .max : time
  }

  /// Milliseconds from now to `deadline`, rounded up so that no wait ends early; 0 if it is past.
  static func milliseconds(until deadline: UInt64) -> Int32 {
    let now = now()
    guard deadline > now else { return 0 }
    let (whole, rest) = (deadline - now).quotientAndRemainder(dividingBy: 1_000_000)
    return Int32(clamping: whole + (rest > 0 ? 1 : 0))
  }
}
