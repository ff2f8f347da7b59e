public import KernelProtocol

/// How an event's subscribers are served when its delivery is `queued`.
public struct QueueSettings: Equatable, Sendable {
  /// How many events may wait for one subscriber; at least 1.
  public var limit = 10_000
  /// What happens to those beyond the limit.
  public var overflow = Overflow.block
  /// An event replaces one that waits and has the same value there; nil: none replaces another.
  public var latestKey: JSONPointer?
  /// After so many failed attempts an event is a dead letter.
  public var maximumAttempts = 5

  /// The defaults.
  public init() {}
}
