/// Whether a plugin whose kernel has ended is started again, and when: after ever longer, and not any more when that happens too
/// often.
public struct RestartPolicy: Equatable, Sendable {
  /// Seconds before the kernel is started again after the first crash.
  public var first: Double = 0.2
  /// By how much each wait is longer than the one before.
  public var factor: Double = 2
  /// The longest wait, in seconds.
  public var maximum: Double = 30
  /// How many crashes are forgiven within ``window``.
  public var limit = 5
  /// How long a crash counts, in seconds.
  public var window: Double = 60

  /// The defaults.
  public init() {}

  /// What follows from a crash.
  public enum Decision: Equatable, Sendable {
    case restart(afterSeconds: Double)
    case quarantine
  }

  /// Decides about the last of some crashes.
  ///
  /// - Parameter recent: how many there were within the window, the last one included.
  public func decide(recent: Int) -> Decision {
    guard recent <= limit else { return .quarantine }
    let backoff = Backoff(first: first, factor: factor, maximum: maximum)
    return .restart(afterSeconds: backoff.wait(recent))
  }
}
