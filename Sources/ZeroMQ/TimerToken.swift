/// Names a timer of a ``ZeroMQLoop``, so that it can be cancelled.
public struct TimerToken: Hashable, Sendable {
  let id: UInt64
}
