import Broker
import Tracing
import ZeroMQ

/// A moment of the broker's clock, as tracing libraries have it.
struct FrameInstant: TracerInstant {
  let nanosecondsSinceEpoch: UInt64

  init(_ instant: Instant) {
    let age = MonotonicClock.now() &- instant.nanoseconds
    nanosecondsSinceEpoch = UInt64(WallClock.nanoseconds()) &- age
  }

  static func < (left: FrameInstant, right: FrameInstant) -> Bool {
    left.nanosecondsSinceEpoch < right.nanosecondsSinceEpoch
  }
}
