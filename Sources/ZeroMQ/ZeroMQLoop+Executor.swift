internal import Synchronization

/// Both executors at once. Jobs run in the order they came, whatever their priority.
extension ZeroMQLoop: SerialExecutor, TaskExecutor {
  /// Has `job` run on the loop's thread. From any thread.
  public func enqueue(_ job: consuming ExecutorJob) {
    enqueue(.job(UnownedJob(job)))
  }

  /// Has `work` run on the loop's thread. From any thread.
  public func execute(_ work: @escaping @Sendable () -> Void) {
    enqueue(.closure(work))
  }

  /// Ends the process unless called on the loop's thread, also outside of a task: so handlers may
  /// `assumeIsolated`.
  public func checkIsolated() {
    precondition(isCurrent, "not on the loop's thread")
  }

  /// Whether the caller is on the loop's thread.
  public func isIsolatingCurrentContext() -> Bool? { isCurrent }

  private func enqueue(_ work: Inbox.Work) {
    react(to: inbox.withLock { $0.accept(work) })
  }

  /// Does what a change of the inbox calls for.
  func react(to reaction: Inbox.Reaction) {
    switch reaction {
    case .nothing: return
    case .wake: port.wake()
    case .startSuccessor:
      do throws(ZeroMQError) {
        try LoopThread { self.runAsSuccessor() }.detach()
      } catch {
        // No thread to be had. The work still must not be lost, so it is done here.
        runAsSuccessor()
      }
    }
  }

  /// Runs the jobs queued, and those they queue, for so many rounds.
  func runJobs() {
    for _ in 0..<Self.jobRoundsPerTurn {
      inbox.withLock { $0.take(into: &batch) }
      if batch.isEmpty { return }
      for work in batch { run(work) }
      batch.removeAll(keepingCapacity: true)
    }
  }

  private func run(_ work: Inbox.Work) {
    switch work {
    case .job(let job):
      // Isolated to the loop from the start, so that a task which prefers the loop enters one of
      // its actors without another round through the inbox.
      job.runSynchronously(
        isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    case .closure(let closure): closure()
    }
  }
}
