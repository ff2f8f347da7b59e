import DequeModule
import KernelProtocol

extension Broker {
  /// Makes a plugin known: its methods and events exist, and requests for them wait in its mailbox.
  mutating func declare(
    _ manifest: PluginManifest, folder: String, connection: ConnectionID
  ) {
    let mailbox = Mailbox(
      mode: manifest.mailbox, messageLimit: configuration.mailboxMessages,
      byteLimit: configuration.mailboxBytes)
    plugins[manifest.name] = Plugin(
      declaration: PluginDeclaration(manifest, folder: folder), connection: connection,
      mailbox: mailbox, since: now)
    for (method, settings) in manifest.provides {
      services[method, default: Service(policy: settings.policy)].add(manifest.name)
    }
    for (event, settings) in manifest.emits.sorted(by: { $0.key < $1.key }) {
      declare(event, settings, of: manifest.name)
    }
    reportState(of: manifest.name)
  }

  /// An event is there from now on; one that is there already stays as it is.
  mutating func declare(_ event: String, _ settings: PluginManifest.Event, of owner: String) {
    guard events[event] == nil else { return }
    let topic = Topic(event: event, topic: random.token(), key: random.token())
    let record = EventRecord(owner: owner, topic: topic, settings: settings)
    events[event] = record
    eventsByTopic[topic.topic] = event
    offerToSubscribers(record)
  }

  /// A peer is there; a kernel has so long to say hello.
  mutating func connect(_ id: ConnectionID, _ role: ConnectionRole) {
    let peer = Peer(id: id, role: role)
    connections[id] = Connection(peer)
    if let plugin = peer.plugin {
      plugins[plugin]?.language = peer.language
      // What has come before its kernel waits for this one.
      connections[id]?.frames = Set(plugins[plugin]?.mailbox.queue.map(\.key) ?? [])
    }
    guard !peer.isClient else { return }
    deadlines.set(.hello(id), at: now.advanced(bySeconds: configuration.helloTimeout))
  }

  /// A kernel says hello: it is told what it must know, and given its plugin.
  mutating func receiveHello(_ message: IncomingMessage, from peer: Peer) {
    guard !isGreeted(peer.id) else {
      return drop(.unexpected(type: "hello"), from: peer.id)
    }
    deadlines.remove(.hello(peer.id))
    let content = content(message) ?? .object([:])
    let versions = content["protocol_versions"]?.arrayValue?.compactMap(\.stringValue) ?? []
    guard versions.contains("1.0") else {
      return refuseHello(message, versions: versions, peer)
    }
    connections[peer.id]?.isGreeted = true
    let features = content["features"]?.arrayValue ?? []
    connections[peer.id]?.tellsWaits = features.contains("waits")
    replyOK(.welcome, to: message.header.bytes, on: peer.id, content: welcome)
    effects.append(
      .report(
        .greeted(
          peer.id, implementation: content["implementation"]?.stringValue ?? "?",
          version: content["language_info"]?["version"]?.stringValue ?? "?")))
    if let plugin = peer.plugin { loadWhenReady(plugin) }
  }

  /// A kernel said no hello in time.
  mutating func helloTimedOut(_ id: ConnectionID) {
    let seconds = configuration.helloTimeout
    refuse(id, "Its kernel said no hello within \(seconds) s of its launch.")
  }

  /// A plugin cannot run, or not any more.
  mutating func fail(plugin name: String, _ error: OutcomeError) {
    guard let plugin = plugins[name], plugin.state.takesRequests else { return }
    guard !plugin.isAttached else { return expel(plugin: name, error) }
    if case .restarting = plugin.state { return endedBeforeRestart(name) }
    guard !plugin.restarts.hasStarted else { return crashed(plugin: name, error) }
    giveUp(plugin: name, .failed(error), error)
  }

  /// A plugin does not come back: those who wait for it are told, and what requires it cannot run either.
  mutating func giveUp(plugin name: String, _ state: PluginState, _ error: OutcomeError) {
    setState(of: name, state)
    refuseWaiting(in: name, error)
    buryLines(of: name, error)
    for dependent in plugins.values.map(\.manifest) where dependent.requires.contains(name) {
      guard let state = plugins[dependent.name]?.state, state == .starting else { continue }
      fail(
        plugin: dependent.name,
        .unavailable(
          "It requires the plugin \(name), which failed: \(error.message)", cause: error))
      if let id = plugins[dependent.name]?.connection { effects.append(.end(id)) }
    }
  }

  /// Asks every kernel to end.
  mutating func shutDown() {
    isShuttingDown = true
    flushShapers()
    cancelRestarts()
    for (id, connection) in connections.sorted(by: { $0.key.number < $1.key.number })
    where !connection.peer.isClient {
      deadlines.remove(.hello(id))
      if let plugin = connection.peer.plugin, plugins[plugin]?.state.takesRequests == true {
        setState(of: plugin, .stopped)
      }
      guard connection.isGreeted else {
        effects.append(.end(id))
        continue
      }
      send(.shutdownRequest, to: id, content: FrameBytes(#"{"restart":false}"#))
    }
  }

  func reportedState(of name: String) -> BrokerReport? {
    plugins[name].map { .plugin(name, $0.state) }
  }

  /// Moves a plugin on and tells about it.
  mutating func setState(of name: String, _ state: PluginState) {
    plugins[name]?.state = state
    plugins[name]?.since = now
    plugins[name]?.sinceDate = date
    reportState(of: name)
    announceServices(of: name)
    if plugins[name]?.isComing == false { startOwners() }
  }

  private mutating func reportState(of name: String) {
    if let report = reportedState(of: name) { effects.append(.report(report)) }
  }

  private var welcome: FrameBytes {
    FrameBytes(
      json: [
        "protocol_version": "1.0", "max_message_bytes": JSONValue(configuration.messageLimit),
        "default_timeout": JSONValue(number: configuration.defaultTimeout),
        "max_depth": JSONValue(configuration.maximumDepth),
      ])
  }

  private mutating func refuseHello(
    _ message: IncomingMessage, versions: [String], _ peer: Peer
  ) {
    let spoken = versions.joined(separator: ", ")
    let error = OutcomeError.malformed(
      "This orchestrator speaks protocol version 1.0, the kernel "
        + (spoken.isEmpty ? "names none." : "speaks \(spoken)."))
    reply(.welcome, to: message.header.bytes, on: peer.id, error)
    refuse(peer.id, error.message)
  }

  private mutating func refuse(_ id: ConnectionID, _ message: String) {
    if let plugin = connections[id]?.peer.plugin {
      fail(plugin: plugin, .unavailable(message))
    }
    effects.append(.end(id))
  }

  private mutating func refuseWaiting(in name: String, _ error: OutcomeError) {
    for entry in plugins[name]?.mailbox.queue ?? [] {
      abandon(
        entry.key,
        .unavailable("The plugin \(name) is not running: \(error.message)", cause: error),
        reason: "cancelled")
    }
  }
}
