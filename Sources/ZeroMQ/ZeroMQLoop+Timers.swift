/// Timers. Each of these is to be called on the loop's thread.
extension ZeroMQLoop {
  /// Has `handler` called once, at `deadline` or up to a millisecond after, and never before.
  ///
  /// Timers of the same time fire in the order they were set. Those of a loop that has stopped
  /// do not fire.
  ///
  /// - Parameter deadline: In nanoseconds of the ``MonotonicClock``; one that is past fires in
  ///   the next turn.
  @discardableResult
  public func setTimer(at deadline: UInt64, handler: @escaping () -> Void) -> TimerToken {
    preconditionCurrent()
    return timers.insert(at: deadline, handler: handler)
  }

  /// Has `handler` called once, when `delay` has passed; see ``setTimer(at:handler:)``.
  @discardableResult
  public func setTimer(
    after delay: Duration, handler: @escaping () -> Void
  ) -> TimerToken {
    setTimer(at: MonotonicClock.now(plus: delay), handler: handler)
  }

  /// Cancels a timer.
  ///
  /// - Returns: Whether it will not fire because of this; false if it did or was cancelled before.
  @discardableResult
  public func cancel(_ timer: TimerToken) -> Bool {
    preconditionCurrent()
    return timers.cancel(timer)
  }
}
