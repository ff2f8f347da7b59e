/// Ends a process with growing insistence: what to send next, and when.
///
/// A pure value: the caller owns the clock, sends the signals, and drops the ladder once the
/// process has ended.
public struct TerminationLadder: Sendable, Equatable {
  /// One rung: a signal, and how long the process then has before the next one.
  public struct Rung: Sendable, Equatable {
    public let signal: Signal
    public let patience: Duration

    public init(_ signal: Signal, patience: Duration) {
      self.signal = signal
      self.patience = patience
    }
  }

  /// What the caller does now.
  public enum Step: Sendable, Equatable {
    case send(Signal)
    case wait(until: ContinuousClock.Instant)
    /// Every signal was sent and every patience has passed: the system itself cannot end the
    /// process.
    case exhausted
  }

  private var rungs: ArraySlice<Rung>
  private var due: ContinuousClock.Instant

  public init(_ rungs: [Rung], from start: ContinuousClock.Instant) {
    self.rungs = rungs[...]
    due = start
  }

  /// SIGINT, two seconds later SIGTERM, three seconds later SIGKILL, which has five seconds to
  /// work.
  public static func standard(from start: ContinuousClock.Instant) -> TerminationLadder {
    TerminationLadder(
      [
        Rung(.interrupt, patience: .seconds(2)), Rung(.terminate, patience: .seconds(3)),
        Rung(.kill, patience: .seconds(5)),
      ], from: start)
  }

  /// The step due at `now`. Call again after a `.send`, and at the time that `.wait` names.
  public mutating func next(at now: ContinuousClock.Instant) -> Step {
    if now < due { return .wait(until: due) }
    guard let rung = rungs.popFirst() else { return .exhausted }
    due = now + rung.patience
    return .send(rung.signal)
  }
}
