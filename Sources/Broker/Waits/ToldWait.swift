/// One of the things that a kernel says a frame waits for.
enum ToldWait: Equatable {
  /// The reply to a call; or, of a stream, what comes after so many items.
  case call(FrameKey, itemCount: Int)
  /// A lock that this frame has asked for.
  case lock(FrameKey, name: String)
  /// The answer of an emit, by the number of its event.
  case emission(UInt64)
}
