/// What a deadline is for.
enum Deadline: Hashable {
  /// A frame's outcome.
  case frame(FrameKey)
  /// The end of a handler that was cancelled.
  case grace(FrameKey)
  /// A frame's wait for a lock.
  case lock(FrameKey, String)
  /// A kernel's hello.
  case hello(ConnectionID)
  /// A plugin's next launch.
  case restart(String)
  /// The answer of a kernel that seems stuck.
  case pong(ConnectionID)
  /// The answer of an emit that waits for its subscribers.
  case emission(UInt64)
  /// The wait for a method that is not available.
  case serviceWait(UInt64)
  /// The next attempt in a line.
  case line(LineID)
  /// The end of a shape's window.
  case shaper(ShaperID)
}
