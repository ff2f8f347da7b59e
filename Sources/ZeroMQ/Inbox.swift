internal import CZeroMQ

/// What other threads have handed to a loop, and where the loop stands: a plain structure that
/// says what is to be done, kept under a lock by ``ZeroMQLoop``.
struct Inbox {
  /// Something for the loop's thread to run.
  enum Work {
    case job(UnownedJob)
    case closure(@Sendable () -> Void)
  }

  /// What has to follow on a change, outside of the lock.
  enum Reaction {
    case nothing
    /// The loop may be asleep.
    case wake
    /// The loop has ended and its work needs another thread.
    case startSuccessor
  }

  /// How the loop should wait for the next turn.
  enum Rest {
    case sleep, look, end
  }

  private enum Phase {
    case created
    case running(LoopThread)
    case stopping
    case ended
  }

  private var phase = Phase.created
  private var work: [Work] = []

  /// Whether somebody is sure to look here before sleeping, so that no wake-up is due. This is
  /// what makes a thousand jobs from other threads cost one write to the eventfd.
  private var isAttended = false

  /// Adds work.
  mutating func accept(_ item: Work) -> Reaction {
    work.append(item)
    return summon()
  }

  /// Moves the work into `batch`, which must be empty and whose storage is used next.
  mutating func take(into batch: inout [Work]) {
    isAttended = true
    swap(&work, &batch)
  }

  /// Starts the loop by `makeThread`, unless it runs already.
  mutating func start(
    _ makeThread: () throws(ZeroMQError) -> LoopThread
  ) throws(ZeroMQError) {
    switch phase {
    case .created:
      phase = .running(try makeThread())
      isAttended = true
    case .running: return
    case .stopping, .ended:
      let subject = "it was stopped, and a stopped loop does not start again"
      throw ZeroMQError(errorNumber: ECANCELED, operation: .startLoop, subject: subject)
    }
  }

  /// Asks the loop to end.
  ///
  /// - Returns: The thread to wait for, if this call is the one that stops it.
  mutating func stop() -> (LoopThread?, Reaction) {
    switch phase {
    case .created:
      phase = .ended
      return (nil, summon())
    case .running(let thread):
      phase = .stopping
      return (thread, .wake)
    case .stopping, .ended: return (nil, .nothing)
    }
  }

  /// Decides, at the end of a turn, how the loop waits for the next one.
  mutating func rest() -> Rest {
    guard case .running = phase else { return .end }
    guard work.isEmpty else { return .look }
    isAttended = false
    return .sleep
  }

  /// The loop's thread is about to end, and will not look here again.
  mutating func end() -> Reaction {
    phase = .ended
    isAttended = false
    return summon()
  }

  /// Somebody has to see to the work, unless somebody is about to.
  private mutating func summon() -> Reaction {
    if isAttended || work.isEmpty { return .nothing }
    switch phase {
    case .created: return .nothing
    case .running, .stopping:
      isAttended = true
      return .wake
    case .ended:
      isAttended = true
      return .startSuccessor
    }
  }
}
