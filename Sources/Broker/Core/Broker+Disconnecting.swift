import KernelProtocol

extension Broker {
  /// A peer has ended: whoever waits for it is told at once, and what ran on its behalf is cancelled.
  mutating func disconnect(_ id: ConnectionID, _ end: ConnectionEnd) {
    guard let connection = connections[id] else { return }
    let peer = connection.peer
    connections[id]?.isGreeted = false
    // What waits in the windows of a subscriber waits in its lines from now on.
    flushShapers { if case .subscription(id, _) = $0 { true } else { false } }
    // What waits must not be let in when what ran ends: nobody is there to start it.
    if let plugin = peer.plugin { plugins[plugin]?.mailbox.isPaused = true }
    for key in connection.frames.sorted() { endFrame(key, end, of: peer) }
    connections[id] = nil
    for key in connection.calls.values.sorted() {
      abandon(key, .cancelled(reason: "the caller has ended"), reason: "caller_died")
    }
    for number in emissions.keys.sorted() where emissions[number]?.caller.connection == id {
      fail(number, .cancelled(reason: "the emitter has ended"))
    }
    if let plugin = peer.plugin { flushShapers { $0 == .emitter(plugin) } }
    for shaper in shapers.keys {
      if case .subscription(id, let subscription) = shaper.subject {
        dropShapers(of: subscription, on: id)
      }
    }
    endListening(on: id)
    nonces = nonces.filter { $0.value.connection != id }
    storage.removeWatches(of: id)
    dropServiceWaits(of: id)
    deadlines.remove(.hello(id))
    deadlines.remove(.pong(id))
    guard let plugin = peer.plugin, plugins[plugin]?.connection == id else { return }
    plugins[plugin]?.provided = []
    keepLines(of: plugin, connection)
    fail(plugin: plugin, end.reason ?? .kernelEnded(plugin, end))
    announceServices(of: plugin)
  }

  private mutating func endFrame(
    _ key: FrameKey, _ end: ConnectionEnd, of peer: Peer
  ) {
    guard let frame = frames[key] else { return }
    guard frame.phase != .abandoned else { return remove(key) }
    let started = frame.phase == .running
    if !started, case .call = frame.kind, isComingBack(frame.plugin) { return }
    if !started, let plugin = frame.plugin { plugins[plugin]?.mailbox.withdraw(key) }
    if case .load = frame.kind { return remove(key) }
    if case .start = frame.kind { return remove(key) }
    cancelCalls(of: key, reason: "caller_died")
    complete(key, .error(death(end, of: peer, started: started)))
  }

  /// Whether a request came while the plugin was being started again: then it waits on.
  private func isComingBack(_ plugin: String?) -> Bool {
    plugin.flatMap { plugins[$0] }?.isComingBack ?? false
  }

  private func death(
    _ end: ConnectionEnd, of peer: Peer, started: Bool
  ) -> OutcomeError {
    end.reason
      ?? .kernelDied(
        plugin: peer.principal, exit: end.exit, stderr: end.standardError, started: started)
  }
}
