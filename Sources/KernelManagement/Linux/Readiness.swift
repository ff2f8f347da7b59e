import Glibc

/// Waits for descriptors on a thread that may block.
enum Readiness {
  /// Which of `descriptors` are readable or closed at the other end; empty when `deadline` passed.
  /// Negative descriptors are left out, as poll(2) does.
  static func wait(for descriptors: [Int32], until deadline: ContinuousClock.Instant) -> Set<Int32>
  {
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while true {
      let count = poll(&entries, nfds_t(entries.count), milliseconds(until: deadline))
      if count < 0 && errno == EINTR { continue }
      return Set(entries.filter { $0.revents != 0 }.map(\.fd))
    }
  }

  /// Whether `descriptor` became readable before `deadline`.
  static func wait(for descriptor: Int32, until deadline: ContinuousClock.Instant) -> Bool {
    !wait(for: [descriptor], until: deadline).isEmpty
  }

  /// Rounded up, so that a wait does not end just before its time and is then begun anew.
  private static func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
    let left = max(.zero, ContinuousClock.now.duration(to: deadline))
    return Int32(clamping: Int((left / .milliseconds(1)).rounded(.up)))
  }
}
