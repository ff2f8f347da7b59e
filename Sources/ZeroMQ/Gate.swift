internal import CZeroMQ

/// The one gate through which calls into libzmq and the system's event calls pass.
///
/// It retries what a signal interrupted (`EINTR`), so that no caller has to think of it: a debugger
/// or a profiler that attaches must not turn into an error. Never pass `close(2)` through it:
/// on Linux the descriptor is gone even when the call was interrupted.
enum Gate {
  /// Calls `body` until no signal interrupts it.
  ///
  /// - Returns: What `body` returned if that is not -1, else `errno` negated. Hot paths compare
  ///   with `-EAGAIN` without the cost of building an error.
  @inline(__always)
  static func call(_ body: () -> Int32) -> Int32 {
    while true {
      let result = body()
      guard result == -1 else { return result }
      let code = zmq_errno()
      if code != EINTR { return -code }
    }
  }

  /// Calls `body` as ``call(_:)`` does, and throws if it failed.
  ///
  /// - Parameter subject: What the operation was about, such as an endpoint, for the error's text.
  @discardableResult
  static func check(
    _ operation: ZeroMQError.Operation, _ subject: String? = nil, _ body: () -> Int32
  ) throws(ZeroMQError) -> Int32 {
    let result = call(body)
    guard result >= 0 else {
      throw ZeroMQError(errorNumber: -result, operation: operation, subject: subject)
    }
    return result
  }
}
