public import KernelProtocol

/// Another rhythm than that of the emits (specs/kernel-protocol.md §5.3). All times in seconds.
public enum Shape: Equatable, Sendable {
  /// A list of all that came within a window, or of `max` of them when they come sooner.
  case batch(window: Double, max: Int?)
  /// The last one, once nothing has come for a while; at the latest after `maxWait`.
  case debounce(wait: Double, maxWait: Double?)
  /// At most one each interval: the first at once, then the last of each interval.
  case throttle(interval: Double)
  /// The last one for each value at `key` (of all, without a key); with an interval, no more often than that.
  case latest(key: JSONPointer?, interval: Double?)
}
