/// How long to wait before an event that failed is tried again: exponentially longer, with jitter, so that many that failed
/// together do not come back together.
public struct RetryPolicy: Equatable, Sendable {
  /// Seconds after the first failure.
  public var first: Double = 0.5
  /// By how much each wait is longer than the one before.
  public var factor: Double = 2
  /// The longest wait, in seconds.
  public var maximum: Double = 60
  /// The part of a wait that chance decides, from 0 to 1.
  public var jitter: Double = 0.2

  /// The defaults.
  public init() {}

  /// Seconds to wait after an attempt has failed.
  ///
  /// - Parameters:
  ///   - attempt: from 1.
  ///   - random: from 0 to 1.
  public func delay(afterAttempt attempt: Int, random: Double) -> Double {
    let wait = Backoff(first: first, factor: factor, maximum: maximum).wait(attempt)
    return wait * (1 - jitter * min(max(0, random), 1))
  }
}
