internal import CZeroMQ

extension Socket {
  /// Blocks the thread until the socket can do one of `events`, or the time is up.
  ///
  /// For tools and tests that have no ``ZeroMQLoop``; never call it on one.
  ///
  /// - Parameter timeout: Counted in whole milliseconds, rounded up.
  /// - Returns: Those of `events` that it can do now; empty if the time was up first.
  /// - Throws: `terminated`, `closed`.
  public func wait(
    for events: SocketEvents, timeout: Duration
  ) throws(ZeroMQError) -> SocketEvents {
    guard let handle else { throw ZeroMQError(errorNumber: ENOTSOCK, operation: .wait) }
    defer { watch?.touch() }
    let deadline = MonotonicClock.now(plus: timeout)
    while true {
      let left = MonotonicClock.milliseconds(until: deadline)
      var item = zmq_pollitem_t(
        socket: handle, fd: -1, events: Int16(truncatingIfNeeded: events.rawValue), revents: 0)
      let result = zmq_poll(&item, 1, Int(left))
      if result >= 0 { return SocketEvents(rawValue: Int32(item.revents)) }
      let code = zmq_errno()
      // Not through the gate: an interrupted wait goes on with the time that is left.
      guard code == EINTR else { throw ZeroMQError(errorNumber: code, operation: .wait) }
    }
  }
}
