internal import Synchronization

/// One thread that owns sockets: it waits for them, for file descriptors, timers and jobs, and runs
/// their handlers one at a time.
///
/// It has two faces. As a `SerialExecutor` it runs actors, which own their sockets and so may use
/// them without a hop:
///
/// ```swift
/// actor Bus {
///   nonisolated let loop: ZeroMQLoop
///   nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
/// }
/// ```
///
/// As a `TaskExecutor` it runs tasks that prefer it, so that what they await resumes on the
/// thread and not on the global pool (an unstructured `Task {}` does not inherit that).
///
/// Work is taken in turns: descriptors, sockets, jobs, timers, each bounded so that none starves the
/// others. Nothing slow belongs here: no files, no processes, no large computation.
///
/// `@unchecked Sendable`, because: what other threads may touch is behind a lock or atomic (`inbox`,
/// `owner`, `port.wake()`), and everything below "The loop's thread only" is reached from that
/// thread alone, which each method that does so checks first.
public final class ZeroMQLoop: @unchecked Sendable {
  /// The most messages one socket may receive in a turn while others wait.
  static let messagesPerTurn = 64

  /// The most rounds of jobs in a turn; a round is those queued when it begins.
  static let jobRoundsPerTurn = 16

  let inbox = Mutex(Inbox())

  /// Which thread is the loop's, as ``LoopThread/current`` numbers it; 0 while there is none.
  let owner = Atomic<UInt>(0)

  let port: EventPort

  // MARK: The loop's thread only

  var watches: [UInt64: SocketWatch] = [:]
  var descriptorHandlers: [UInt64: (DescriptorEvents) -> Void] = [:]
  var nextTag: UInt64 = 0
  var timers = TimerQueue()

  /// Whether the loop has ended, and only a successor runs what is left.
  var hasEnded = false

  /// Sockets to serve in this turn.
  var ready: [SocketWatch] = []

  /// Sockets that were used since the loop last looked at their events.
  var touched: [SocketWatch] = []

  /// Descriptors in which something was seen, to be served in this turn.
  var seen: [(tag: UInt64, events: DescriptorEvents)] = []

  /// What is done before the loop waits again.
  var restHandlers: [() -> Void] = []

  /// The storage of the jobs being run, kept from round to round.
  var batch: [Inbox.Work] = []

  /// Makes a loop. Work may be handed to it at once; it begins with ``start()``.
  ///
  /// - Throws: `tooManyOpen`: a loop needs two file descriptors.
  public init() throws(ZeroMQError) {
    port = try EventPort()
  }

  /// Whether the calling thread is the loop's.
  public var isCurrent: Bool {
    owner.load(ordering: .relaxed) == LoopThread.current
  }

  /// Starts the thread, which keeps the loop alive until ``stop()``. Does nothing if it runs.
  ///
  /// - Throws: `wrongState` if the loop was stopped; `other` if there is no room for a thread.
  public func start() throws(ZeroMQError) {
    try inbox.withLock { inbox throws(ZeroMQError) in
      try inbox.start { () throws(ZeroMQError) in try LoopThread { self.run() } }
    }
  }

  /// Ends the loop: what was queued runs once more, registered sockets are closed, descriptors are
  /// forgotten, timers are dropped, and the thread ends.
  ///
  /// It returns when the thread has ended; on that thread itself it returns at once, and the
  /// turn that called it is the last. A second call does nothing. Jobs that come later, such as
  /// those of tasks that were waiting, run all the same, one at a time, on a thread made for them.
  public func stop() {
    let (thread, reaction) = inbox.withLock { $0.stop() }
    react(to: reaction)
    guard let thread else { return }
    if isCurrent { thread.detach() } else { thread.join() }
  }

  /// Ends the process if the caller is on another thread: state would be torn otherwise.
  func preconditionCurrent(_ function: StaticString = #function) {
    precondition(isCurrent, "ZeroMQLoop.\(function) was called on another thread than the loop's")
  }
}
