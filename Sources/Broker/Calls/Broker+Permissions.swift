import KernelProtocol

extension Broker {
  /// Whether a peer may call a method: clients may, plugins when their manifest says so.
  func checkPermission(toCall method: String, by peer: Peer) throws(OutcomeError) {
    try checkDenial(of: method, "call", in: \.calls, by: peer)
    guard !mayCall(method, peer), let manifest = manifest(of: peer) else { return }
    throw .permissionDenied(
      "the plugin \(manifest.name) may not call \(method): add it to services.calls in its "
        + "plugin.json" + hint(method, among: manifest.calls.map(\.description)),
      permission: "call:\(method)")
  }

  /// The same, without the reason.
  func mayCall(_ method: String, _ peer: Peer) -> Bool {
    guard !isDenied(method, in: \.calls, by: peer) else { return false }
    guard let manifest = manifest(of: peer) else { return true }
    return manifest.calls.contains { $0.matches(method) }
      || interface(of: method, calledBy: peer) != nil
  }

  /// Whether a peer may emit an event: clients may, plugins when they declare it as theirs.
  func checkPermission(toEmit event: String, by peer: Peer) throws(OutcomeError) {
    try checkDenial(of: event, "emit", in: \.emits, by: peer)
    guard let manifest = manifest(of: peer), manifest.emits[event] == nil else { return }
    throw .permissionDenied(
      "the plugin \(manifest.name) may not emit \(event): declare it in events.emits of its "
        + "plugin.json" + hint(event, among: Array(manifest.emits.keys)),
      permission: "emit:\(event)")
  }

  /// Whether a peer may subscribe to a pattern: when one in its manifest covers it.
  func checkPermission(
    toSubscribe pattern: NamePattern, by peer: Peer
  ) throws(OutcomeError) {
    guard let manifest = manifest(of: peer) else { return }
    guard !manifest.subscribes.contains(where: { $0.covers(pattern) }) else { return }
    throw .permissionDenied(
      "the plugin \(manifest.name) may not subscribe to \(pattern): add it to "
        + "events.subscribes in its plugin.json"
        + hint(pattern.description, among: manifest.subscribes.map(\.description)),
      permission: "subscribe:\(pattern)")
  }

  /// Whether the host denies a plugin what its manifest declares.
  private func isDenied(
    _ name: String, in kind: KeyPath<Denials, [NamePattern]>, by peer: Peer
  ) -> Bool {
    guard !configuration.denials.isEmpty, let plugin = peer.plugin else { return false }
    return configuration.denials[plugin]?[keyPath: kind].contains { $0.matches(name) } == true
  }

  private func checkDenial(
    of name: String, _ verb: String, in kind: KeyPath<Denials, [NamePattern]>, by peer: Peer
  ) throws(OutcomeError) {
    guard isDenied(name, in: kind, by: peer), let plugin = peer.plugin else { return }
    throw .deniedByHost(plugin, to: "\(verb) \(name)", permission: "\(verb):\(name)")
  }

  private func manifest(of peer: Peer) -> PluginManifest? {
    peer.plugin.flatMap { plugins[$0]?.manifest }
  }

  private func hint(_ name: String, among names: [String]) -> String {
    NearestNames.best(name, among: names).map { " (it has \($0))" } ?? ""
  }
}
