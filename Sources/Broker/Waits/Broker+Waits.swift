import DequeModule
import KernelProtocol

extension Broker {
  /// The wait-for graph of this moment, of the waits that are certain.
  var waitGraph: WaitGraph { WaitGraph { wait(of: $0, certain: true) } }

  /// The graph in which every frame that may wait does, and for all that it has asked for: what is no deadlock here is none.
  var possibleWaitGraph: WaitGraph { WaitGraph { wait(of: $0, certain: false) } }

  /// Refuses a call that waits when its wait closes a set that nothing outside can release.
  ///
  /// Only a wait that begins can close such a set, so it is looked for then and at no other time.
  mutating func refuseIfDeadlocked(_ key: FrameKey) throws(OutcomeError) {
    guard configuration.detectsDeadlocks, let frame = frames[key] else { return }
    // One that runs waits for nobody, unless it is a call to all providers of a method.
    guard frame.phase == .waiting || gatherings[key] != nil else { return }
    guard frame.phase == .waiting, let path = waitGraph.deadlock(from: .queued(key)) else {
      return askWaiters(around: .queued(key))
    }
    let error = deadlockError(path)
    report(frame, .deadlock, message: error.message)
    forget(frame)
    throw error
  }

  /// Looks for a deadlock that a frame's new wait has closed, and fails the one call or lock whose wait came last. If that was a
  /// call that nobody waits for any more, the others still wait, so it looks again.
  mutating func breakDeadlock(from start: WaitNode) {
    guard configuration.detectsDeadlocks else { return }
    while let path = waitGraph.deadlock(from: start) {
      guard failLast(on: path) else { return }
    }
    askWaiters(around: start)
  }

  private mutating func failLast(on path: [WaitNode]) -> Bool {
    let error = deadlockError(path)
    // An event in a line would only come again: the emit that waits for it fails instead. One that nobody waits for merely stands
    // in the queue.
    let calls = path.compactMap { node -> FrameKey? in
      guard case .queued(let key) = node, directedFrames[key] == nil,
        frames[key]?.caller != nil || frames[key]?.awaitingParent != nil
      else { return nil }
      return key
    }
    if let call = calls.max() {
      abandon(call, error, reason: "cancelled")
      return true
    }
    let emits = path.compactMap { node in
      if case .emission(let number) = node { number } else { nil }
    }
    if let emit = emits.max() {
      fail(emit, error)
      return true
    }
    let lockers = path.compactMap(\.key).filter { frames[$0]?.awaitedLocks.isEmpty == false }
    guard let locker = lockers.max(), let wait = frames[locker]?.awaitedLocks.last else {
      return false
    }
    failLock(wait.name, of: locker, error)
    return true
  }

  private func wait(of node: WaitNode, certain: Bool) -> Wait {
    switch node {
    case .frame(let key): frames[key].map { waitOfFrame($0, certain: certain) } ?? .nothing
    case .queued(let key): wait(for: [.turn(key)], of: frames[key], certain: certain)
    case .turn(let key): waitInQueue(key)
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
      eventFrames(of: number, in: plugin).first.map { self.node($0) }
        ?? .line(LineID(plugin: plugin, subject: .event(emission.event)))
    }
    return .some(emission.missing, of: subscribers)
  }

  /// What a handler waits for.
  private func waitOfFrame(_ frame: Frame, certain: Bool) -> Wait {
    guard frame.phase == .running, frame.outsideWaits == 0 else { return .nothing }
    if gatherings[frame.key] != nil {
      return wait(for: [.turn(frame.key)], of: frame, certain: certain)
    }
    if frame.awaitsCredit { return .any(of: frame.parent.map { [.frame($0)] } ?? []) }
    if let told = frame.toldWaits, told.allSatisfy(isOpen) {
      return wait(for: inOrder(told), of: frame, certain: true)
    }
    let asked = openRequests(of: frame)
    if certain, !tellsWaits(frame), asked.count == 1 {
      return wait(for: asked, of: frame, certain: true)
    }
    let streams = frame.outgoing.filter { frames[$0]?.isStream == true }
    let empty = streams.filter { frames[$0]?.credit?.isExhausted == false }
    if certain, frame.mayRun || empty.count < streams.count || tellsWaits(frame) {
      return .nothing
    }
    return wait(for: asked + empty.map { self.node($0) }, of: frame, certain: certain)
  }

  /// Whom a frame waits for, those first who explain why. A producer that waits for its consumer does not: a path through it would
  /// only lead back, past nothing that could fail.
  private func inOrder(_ told: [ToldWait]) -> [WaitNode] {
    let nodes = told.compactMap { self.node($0) }
    let producers = nodes.filter { node in
      node.key.flatMap { frames[$0]?.awaitsCredit } ?? false
    }
    return nodes.filter { !producers.contains($0) } + producers
  }

  /// What a frame has asked for and has not got, besides the items of streams. A kernel that does not tell what its frames wait
  /// for has one such request open at a time, and its frame waits for just that, whatever streams it has open.
  private func openRequests(of frame: Frame) -> [WaitNode] {
    frame.awaitedLocks.compactMap { locks.holder(of: $0.name) }.map(WaitNode.frame)
      + frame.emissions.map(WaitNode.emission)
      + frame.outgoing.filter { frames[$0]?.isStream == false }.map { self.node($0) }
  }

  /// A wait for any of these, unless whoever runs on whose behalf it is goes on and gives it up. Where nothing is certain, any
  /// of them may be the one that matters: but nested calls that all can go on, each waiting for the next, are no cause to ask.
  private func wait(for targets: [WaitNode], of frame: Frame?, certain: Bool) -> Wait {
    guard !targets.isEmpty else { return .nothing }
    let parent = frame?.awaitingParent.flatMap { frames[$0] }
    let caller = parent.map { [WaitNode.frame($0.key)] } ?? []
    let all = targets + caller
    return certain ? .any(of: all) : .some(targets.count, of: all)
  }

  /// A request waits for all those before it, unless it may pass them, and for a place; a call to all providers of a method, for
  /// each of them.
  private func waitInQueue(_ key: FrameKey) -> Wait {
    if gatherings[key] != nil { return .all(of: frames[key]?.outgoing.map { node($0) } ?? []) }
    guard let plugin = frames[key]?.plugin, let mailbox = plugins[plugin]?.mailbox,
      let entry = mailbox.queue.first(where: { $0.key == key })
    else { return .nothing }
    guard !mailbox.isPaused else { return waitForStart(of: plugin) }
    if entry.isReentrant || entry.interleaves { return .all(of: [.place(key)]) }
    return .all(of: mailbox.predecessors(of: key).map(WaitNode.queued) + [.place(key)])
  }

  /// What has not started waits for what it requires; nothing else that it may wait for is known.
  private func waitForStart(of name: String) -> Wait {
    guard let plugin = plugins[name], plugin.state == .starting else { return .nothing }
    let missing = plugin.manifest.requires.filter { plugins[$0]?.state != .started }
    let steps = missing.compactMap { step(of: $0) }
    return steps.count == missing.count ? .all(of: steps) : .nothing
  }

  /// The frame in which a plugin is loaded or started now.
  private func step(of plugin: String) -> WaitNode? {
    let open = plugins[plugin].flatMap { connections[$0.connection]?.frames }
    let step = open?.first { frames[$0]?.kind == .load || frames[$0]?.kind == .start }
    return step.map(WaitNode.frame)
  }

  /// A place comes free when so many of the frames in the way have ended that fewer than the mailbox's width are left.
  private func waitForPlace(_ key: FrameKey) -> Wait {
    guard let plugin = frames[key]?.plugin, let mailbox = plugins[plugin]?.mailbox else {
      return .nothing
    }
    let inTheWay = mailbox.open.filter { !frames.makesWay($0, for: key) }
    return .some(inTheWay.count - mailbox.mode.width + 1, of: inTheWay.map(WaitNode.frame))
  }

  func node(_ key: FrameKey) -> WaitNode {
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
