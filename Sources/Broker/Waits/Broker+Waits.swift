import DequeModule
import KernelProtocol

extension Broker {
  /// The wait-for graph of this moment.
  var waitGraph: WaitGraph { WaitGraph { wait(of: $0) } }

  /// Refuses a call that waits when its wait closes a set that nothing outside can release.
  ///
  /// Only a wait that begins can close such a set, so it is looked for then and at no other time.
  mutating func refuseIfDeadlocked(_ key: FrameKey) throws(OutcomeError) {
    guard configuration.detectsDeadlocks, let frame = frames[key], frame.phase == .waiting,
      let path = waitGraph.deadlock(from: .queued(key))
    else { return }
    let error = deadlockError(path)
    report(frame, .deadlock, message: error.message)
    forget(frame)
    throw error
  }

  /// Looks for a deadlock that a frame's new wait has closed, and fails the one call or lock whose wait came last.
  mutating func breakDeadlock(from start: WaitNode) {
    guard configuration.detectsDeadlocks, let path = waitGraph.deadlock(from: start) else { return }
    let error = deadlockError(path)
    let calls = path.compactMap { node in if case .queued(let key) = node { key } else { nil } }
    if let call = calls.max() { return abandon(call, error, reason: "cancelled") }
    let emits = path.compactMap { node in
      if case .emission(let number) = node { number } else { nil }
    }
    if let emit = emits.max() { return fail(emit, error) }
    let lockers = path.compactMap(\.key).filter { frames[$0]?.awaitedLocks.isEmpty == false }
    if let locker = lockers.max(), let wait = frames[locker]?.awaitedLocks.last {
      failLock(wait.name, of: locker, error)
    }
  }

  private func wait(of node: WaitNode) -> Wait {
    switch node {
    case .frame(let key): frames[key].map(waitOfFrame) ?? .nothing
    case .queued(let key): waitInQueue(key)
    case .place(let key): waitForPlace(key)
    case .emission(let number): emissions[number].map { waitOfEmission($0, number) } ?? .nothing
    case .line(let id): .any(of: lines[id]?.inFlight.keys.sorted().map { self.node($0) } ?? [])
    }
  }

  /// What an emit waits for: room in every full line, or else so many of its subscribers. One whose event is on its way to
  /// its kernel, or waits for its next attempt, can go on.
  private func waitOfEmission(_ emission: Emission, _ number: UInt64) -> Wait {
    guard !emission.isBeingStored, emission.fullListeners.isEmpty else { return .nothing }
    guard emission.fullLines.isEmpty else {
      return .all(of: emission.fullLines.map(WaitNode.line))
    }
    let subscribers = emission.pending.sorted().map { plugin in
      eventFrames(of: number, in: plugin).first.map(node)
        ?? .line(LineID(plugin: plugin, subject: .event(emission.event)))
    }
    return .some(emission.missing, of: subscribers)
  }

  /// What a handler waits for. One with several open calls goes on when any of them is answered (they may be racing); one that
  /// got an answer since its last call may be running; a stream that has used up its credit has items for its consumer.
  private func waitOfFrame(_ frame: Frame) -> Wait {
    guard frame.phase == .running, !frame.hasResumed, frame.storageWaits == 0 else {
      return .nothing
    }
    if frame.awaitsCredit { return .any(of: frame.parent.map { [.frame($0)] } ?? []) }
    let held = frame.awaitedLocks.compactMap { locks.holder(of: $0.name) }.map(WaitNode.frame)
    let calls = frame.outgoing.filter { frames[$0]?.isStream == false }.map(node)
    let emits = frame.emissions.map(WaitNode.emission)
    if !held.isEmpty || !calls.isEmpty || !emits.isEmpty {
      return .any(of: held + calls + emits)
    }
    let streams = frame.outgoing.compactMap { frames[$0] }
    if streams.contains(where: { $0.credit?.isExhausted == true }) { return .nothing }
    return .any(of: streams.map { node($0.key) })
  }

  /// A request waits for all those before it, unless it may pass them, and for a place.
  private func waitInQueue(_ key: FrameKey) -> Wait {
    guard let plugin = frames[key]?.plugin, let mailbox = plugins[plugin]?.mailbox,
      let entry = mailbox.queue.first(where: { $0.key == key }), !mailbox.isPaused
    else { return .nothing }
    if entry.isReentrant || entry.interleaves { return .all(of: [.place(key)]) }
    return .all(of: mailbox.predecessors(of: key).map(WaitNode.queued) + [.place(key)])
  }

  /// A place comes free when so many of the frames in the way have ended that fewer than the mailbox's width are left.
  private func waitForPlace(_ key: FrameKey) -> Wait {
    guard let plugin = frames[key]?.plugin, let mailbox = plugins[plugin]?.mailbox else {
      return .nothing
    }
    let inTheWay = mailbox.open.filter { !frames.makesWay($0, for: key) }
    return .some(inTheWay.count - mailbox.mode.width + 1, of: inTheWay.map(WaitNode.frame))
  }

  private func node(_ key: FrameKey) -> WaitNode {
    frames[key]?.phase == .waiting ? .queued(key) : .frame(key)
  }

  /// Takes a call that is refused after all out of every table, without a reply: the caller is told by the refusal.
  private mutating func forget(_ frame: Frame) {
    if let plugin = frame.plugin { plugins[plugin]?.mailbox.withdraw(frame.key) }
    if let caller = frame.caller {
      connections[caller.connection]?.calls[caller.messageID] = nil
      if let parent = frame.parent { frames[parent]?.outgoing.removeAll { $0 == frame.key } }
    }
    remove(frame.key)
  }
}
