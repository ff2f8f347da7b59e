import KernelProtocol

extension Broker {
  /// Who provides a method; nil when nobody does.
  public func provider(of method: String) -> String? { services[method]?.providers.first }

  /// Who owns an event: a plugin, the application, or Parley itself; nil when nobody does.
  public func ownerOfEvent(_ event: String) -> String? { events[event]?.owner }

  /// The application owns an event from now on.
  mutating func own(_ event: String, _ settings: PluginManifest.Event, by id: ConnectionID) {
    guard let peer = connections[id]?.peer, peer.isClient else { return }
    declare(event, settings, of: peer.principal)
  }

  /// Whether a plugin, not the application itself, goes by a name.
  public func isPlugin(_ name: String) -> Bool {
    plugins[name].map { connections[$0.connection]?.peer.isClient != true } ?? false
  }

  /// The application provides a method from now on: it is called like a plugin's, by whoever may, and its requests wait in the
  /// application's own mailbox.
  mutating func provide(_ method: String, _ declared: PluginManifest.Method, by id: ConnectionID) {
    guard let peer = connections[id]?.peer, peer.isClient else { return }
    let name = peer.principal
    var manifest =
      plugins[name]?.manifest
      ?? PluginManifest(name: name, version: "", kernel: peer.language, main: "")
    manifest.provides[method] = declared
    if plugins[name] == nil { admitApplication(manifest, on: id, peer.language) }
    plugins[name]?.declaration = PluginDeclaration(manifest, folder: "")
    plugins[name]?.provided.insert(method)
    services[method, default: Service(policy: nil)].add(name)
    announceServices(of: name)
  }

  /// The application takes a method back. What runs may end; what waits is refused.
  mutating func withdraw(_ method: String, by id: ConnectionID) {
    guard let name = connections[id]?.peer.principal,
      var manifest = plugins[name]?.manifest, manifest.provides[method] != nil
    else { return }
    plugins[name]?.provided.remove(method)
    announceServices(of: name)
    manifest.provides[method] = nil
    plugins[name]?.declaration = PluginDeclaration(manifest, folder: "")
    services[method]?.remove(name)
    if services[method]?.providers.isEmpty == true { services[method] = nil }
    refuseWaiting(for: method, in: name)
  }

  private mutating func admitApplication(
    _ manifest: PluginManifest, on id: ConnectionID, _ language: String
  ) {
    var mailbox = Mailbox(
      mode: configuration.applicationMailbox, messageLimit: configuration.mailboxMessages,
      byteLimit: configuration.mailboxBytes)
    mailbox.isPaused = false
    var plugin = Plugin(
      declaration: PluginDeclaration(manifest, folder: ""), connection: id, mailbox: mailbox,
      since: now)
    plugin.state = .started
    plugin.language = language
    plugins[manifest.name] = plugin
  }
}
