import KernelProtocol

/// Plugins whose processes Parley did not start: they come with a token, and nothing of them stays when they go.
extension Broker {
  /// Whether a peer hosts such a plugin.
  func isAttached(_ peer: Peer) -> Bool {
    peer.plugin.flatMap { plugins[$0] }?.isAttached ?? false
  }

  /// A process wants to leave: it is asked to end in order, as any kernel is.
  mutating func receiveDetach(from peer: Peer) {
    guard isAttached(peer) else { return drop(.unexpected(type: "detach"), from: peer.id) }
    send(.shutdownRequest, to: peer.id, content: FrameBytes(#"{"restart":false}"#))
  }

  /// A peer has done what `shutdown_request` asked for. A kernel's process ends now; an attached one may go on without Parley.
  mutating func leftWhenAsked(_ peer: Peer) {
    guard isAttached(peer) else { return }
    plugins[peer.principal]?.isLeaving = true
    expel(peer, .unavailable("The attached plugin \(peer.principal) has left."))
  }

  /// An attached process that cannot be interrupted does not answer any more.
  mutating func attachedIsStuck(_ peer: Peer) {
    let seconds = JSONValue(number: configuration.attachedPatience)
    fail(
      plugin: peer.principal,
      .unavailable(
        "The attached process of \(peer.principal) runs a cancelled handler and has not answered for \(seconds) s: it was "
          + "disconnected. Attach it again."))
  }

  /// An attached plugin has ended or cannot be used.
  mutating func expel(plugin name: String, _ error: OutcomeError) {
    guard let id = plugins[name]?.connection, let peer = connections[id]?.peer else {
      return depart(name, error)
    }
    expel(peer, error)
  }

  /// What is open of an attached process ends, and it is told why, which is the last that it hears.
  private mutating func expel(_ peer: Peer, _ reason: OutcomeError) {
    if isGreeted(peer.id) {
      let content: JSONValue = ["restart": false, "reason": .string(reason.message)]
      send(.shutdownRequest, to: peer.id, content: FrameBytes(json: content))
    }
    disconnect(peer.id, ConnectionEnd(exit: .unknown, reason: reason))
    effects.append(.end(peer.id))
  }

  /// Takes a plugin out of every table.
  private mutating func depart(_ name: String, _ error: OutcomeError) {
    guard let plugin = plugins[name] else { return }
    giveUp(plugin: name, .stopped, error)
    for method in plugin.manifest.provides.keys {
      services[method]?.remove(name)
      if services[method]?.providers.isEmpty == true { services[method] = nil }
    }
    for (event, record) in events.sorted(by: { $0.key < $1.key }) where record.owner == name {
      events[event] = nil
      eventsByTopic[record.topic.topic] = nil
      takeFromSubscribers(record)
    }
    plugins[name] = nil
    effects.append(.report(.departed(plugin: name, plugin.isLeaving ? nil : error)))
  }
}
