import Glibc

/// Processor time: what a computation takes, whatever else the machine does meanwhile.
enum ProcessorClock {
  /// Of the calling thread, in nanoseconds.
  static func thread() -> UInt64 { read(CLOCK_THREAD_CPUTIME_ID) }

  /// Of all threads of this process, in nanoseconds.
  static func process() -> UInt64 { read(CLOCK_PROCESS_CPUTIME_ID) }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
