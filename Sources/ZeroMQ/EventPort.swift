internal import CZeroMQ
internal import Glibc

/// Waits for file descriptors, level-triggered, and for another thread's wake-up.
///
/// Linux's epoll and eventfd, and the one type here that only Linux can have: on macOS a kqueue with
/// `EVFILT_USER` can take its place behind the same interface.
///
/// ``wake()`` may be called from any thread, all else only from the one that waits.
final class EventPort {
  /// Stands for the eventfd among the tags.
  private static let wakeTag = UInt64.max
  private static let batch = 64

  private let poll: Int32
  private let wakeUp: Int32
  private let seen: UnsafeMutablePointer<epoll_event>

  /// - Throws: `tooManyOpen`.
  init() throws(ZeroMQError) {
    poll = try Gate.check(.createLoop, "epoll") { epoll_create1(Int32(EPOLL_CLOEXEC)) }
    seen = .allocate(capacity: Self.batch)
    let flags = Int32(EFD_CLOEXEC | EFD_NONBLOCK)
    let descriptor = Gate.call { eventfd(0, flags) }
    wakeUp = descriptor
    guard descriptor >= 0 else {
      throw ZeroMQError(errorNumber: -descriptor, operation: .createLoop, subject: "eventfd")
    }
    try control(EPOLL_CTL_ADD, wakeUp, .readable, tag: Self.wakeTag)
  }

  deinit {
    if wakeUp >= 0 { close(wakeUp) }
    close(poll)
    seen.deallocate()
  }

  /// Has `descriptor` watched; what is seen of it is reported with `tag`.
  func add(
    _ descriptor: Int32, for events: DescriptorEvents, tag: UInt64
  ) throws(ZeroMQError) {
    try control(EPOLL_CTL_ADD, descriptor, events, tag: tag)
  }

  /// Changes what is watched of `descriptor`.
  func change(
    _ descriptor: Int32, to events: DescriptorEvents, tag: UInt64
  ) throws(ZeroMQError) {
    try control(EPOLL_CTL_MOD, descriptor, events, tag: tag)
  }

  /// Ends the watch on `descriptor`, which may have been closed already.
  func remove(_ descriptor: Int32) {
    _ = Gate.call { epoll_ctl(poll, EPOLL_CTL_DEL, descriptor, nil) }
  }

  /// Makes the present or the next ``wait(milliseconds:report:)`` return at once.
  func wake() {
    _ = Gate.call { eventfd_write(wakeUp, 1) }
  }

  /// Waits until something is seen or the time is up, and reports what was seen.
  ///
  /// - Parameter milliseconds: 0 only looks, -1 waits for ever.
  func wait(milliseconds: Int32, report: (_ tag: UInt64, DescriptorEvents) -> Void) {
    let count = Gate.call { epoll_wait(poll, seen, Int32(Self.batch), milliseconds) }
    precondition(count >= 0, "epoll_wait: \(String(cString: zmq_strerror(-count)))")
    for index in 0..<Int(count) {
      let event = seen[index]
      if event.data.u64 == Self.wakeTag {
        var value: eventfd_t = 0
        _ = Gate.call { eventfd_read(wakeUp, &value) }
      } else {
        report(event.data.u64, DescriptorEvents(epoll: event.events))
      }
    }
  }

  private func control(
    _ operation: Int32, _ descriptor: Int32, _ events: DescriptorEvents, tag: UInt64
  ) throws(ZeroMQError) {
    var event = epoll_event(events: events.epoll, data: epoll_data_t(u64: tag))
    try Gate.check(.watch, "descriptor \(descriptor)") {
      epoll_ctl(poll, operation, descriptor, &event)
    }
  }
}

extension DescriptorEvents {
  fileprivate var epoll: UInt32 {
    (contains(.readable) ? EPOLLIN.rawValue : 0) | (contains(.writable) ? EPOLLOUT.rawValue : 0)
  }

  fileprivate init(epoll: UInt32) {
    self = []
    if epoll & EPOLLIN.rawValue != 0 { insert(.readable) }
    if epoll & EPOLLOUT.rawValue != 0 { insert(.writable) }
    if epoll & EPOLLHUP.rawValue != 0 { insert(.hangUp) }
    if epoll & EPOLLERR.rawValue != 0 { insert(.error) }
  }
}
