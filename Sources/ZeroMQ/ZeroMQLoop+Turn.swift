internal import Synchronization

/// What the loop's thread does.
extension ZeroMQLoop {
  /// The thread's whole life.
  func run() {
    owner.store(LoopThread.current, ordering: .relaxed)
    runJobs()
    while let milliseconds = restBeforeNextTurn() {
      port.wait(milliseconds: milliseconds, report: note)
      turn()
    }
    runJobs()
    closeAll()
    retire()
  }

  /// Runs the jobs that reached a loop after its end, on a thread of their own.
  func runAsSuccessor() {
    owner.store(LoopThread.current, ordering: .relaxed)
    runJobs()
    retire()
  }

  /// Has `handler` called at the end of every turn, before the loop waits: to write at once what many handlers had to say.
  /// On the loop's thread.
  public func beforeRest(_ handler: @escaping () -> Void) {
    preconditionCurrent()
    restHandlers.append(handler)
  }

  private func turn() {
    serveDescriptors()
    serveSockets()
    runJobs()
    fireTimers()
  }

  /// Settles what the turn left behind, and says how long to wait for the next one: milliseconds,
  /// -1 until something happens, nil if the loop is to end.
  private func restBeforeNextTurn() -> Int32? {
    for handler in restHandlers { handler() }
    inspectTouched()
    switch inbox.withLock({ $0.rest() }) {
    case .end: return nil
    case .look: return 0
    case .sleep:
      guard ready.isEmpty else { return 0 }
      return timers.nextDeadline().map(MonotonicClock.milliseconds(until:)) ?? -1
    }
  }

  /// Sorts what the port has seen into lists, before any handler can change what is registered.
  private func note(_ tag: UInt64, _ events: DescriptorEvents) {
    if let watch = watches[tag] {
      markReady(watch)
    } else {
      seen.append((tag, events))
    }
  }

  private func serveDescriptors() {
    for (tag, events) in seen {
      // Looked up now: an earlier handler may have ended the watch.
      descriptorHandlers[tag]?(events)
    }
    seen.removeAll(keepingCapacity: true)
  }

  private func serveSockets() {
    var serving: [SocketWatch] = []
    swap(&serving, &ready)
    for watch in serving { watch.serve(upTo: Self.messagesPerTurn) }
  }

  private func fireTimers() {
    guard timers.count > 0 else { return }
    let (now, limit) = (MonotonicClock.now(), timers.nextToken)
    while let handler = timers.popDue(at: now, setBefore: limit) { handler() }
  }

  private func markReady(_ watch: SocketWatch) {
    guard !watch.isReady else { return }
    watch.isReady = true
    ready.append(watch)
  }

  /// Looks at every socket used since the last look; see ``SocketWatch``.
  private func inspectTouched() {
    var looking: [SocketWatch] = []
    swap(&looking, &touched)
    for watch in looking {
      do throws(ZeroMQError) {
        if try watch.hasMore() { markReady(watch) }
      } catch {
        // The context is shutting down, and waits for its sockets to be closed.
        watch.socket.close()
      }
    }
  }

  private func closeAll() {
    for watch in watches.values { watch.socket.close() }
    (ready, touched) = ([], [])
    hasEnded = true
    (descriptorHandlers, restHandlers) = ([:], [])
    timers = TimerQueue()
  }

  /// Gives up the loop's place, after which another thread may take it.
  private func retire() {
    let reaction = inbox.withLock { inbox in
      owner.store(0, ordering: .relaxed)
      return inbox.end()
    }
    react(to: reaction)
  }
}
