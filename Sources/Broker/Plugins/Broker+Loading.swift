import KernelProtocol

extension Broker {
  /// Has a plugin's file run, once its kernel is there and the plugins it requires have started.
  mutating func loadWhenReady(_ name: String) {
    guard let plugin = plugins[name], plugin.state == .starting,
      connections[plugin.connection]?.isGreeted == true,
      plugin.manifest.requires.allSatisfy({ plugins[$0]?.state == .started })
    else { return }
    plugins[name]?.isLoaded = false
    setState(of: name, .loading)
    openLifecycleFrame(.load, .loadPlugin, of: plugin, content: loadContent(plugin))
  }

  /// The answer to `load_plugin` or `start_plugin`.
  mutating func receiveLifecycleReply(_ message: IncomingMessage, from peer: Peer) {
    guard let frame = runningFrame(answeredBy: message, on: peer.id),
      let name = frame.plugin, frame.kind == .load || frame.kind == .start
    else { return drop(.lateReply, from: peer.id) }
    let ending = ending(of: message, from: frame, on: peer)
    report(frame, ending.outcome)
    remove(frame.key)
    if case .error(let error) = ending {
      fail(plugin: name, error)
      return effects.append(.end(peer.id))
    }
    frame.kind == .load ? loaded(name) : started(name)
  }

  /// A plugin takes too long to load or to start.
  mutating func lifecycleTimedOut(_ frame: Frame) {
    guard let name = frame.plugin else { return }
    let step = frame.kind == .load ? "loading its file" : "its on_start handlers"
    report(frame, .timeout)
    remove(frame.key)
    fail(
      plugin: name,
      .timeout(method: "\(step) (plugin \(name))", seconds: frame.timeout, started: true))
    effects.append(.end(frame.key.connection))
  }

  /// A plugin's code provides a method that its manifest declares.
  mutating func receiveProvide(_ message: IncomingMessage, from peer: Peer) {
    let header = message.header.bytes
    guard let method = contentString(message, "method"), let name = peer.plugin,
      let manifest = plugins[name]?.manifest
    else {
      let error = OutcomeError.malformed("provide needs content.method, and a plugin")
      return reply(.provideReply, to: header, on: peer.id, error)
    }
    guard manifest.provides[method] != nil else {
      let error = undeclaredMethod(method, in: manifest)
      return reply(.provideReply, to: header, on: peer.id, error)
    }
    plugins[name]?.provided.insert(method)
    replyOK(.provideReply, to: header, on: peer.id)
    announceServices(of: name)
  }

  /// A plugin takes a method back.
  mutating func receiveWithdraw(_ message: IncomingMessage, from peer: Peer) {
    if let method = contentString(message, "method"), let name = peer.plugin {
      plugins[name]?.provided.remove(method)
      refuseWaiting(for: method, in: name)
      announceServices(of: name)
    }
    replyOK(.withdrawReply, to: message.header.bytes, on: peer.id)
  }

  private func undeclaredMethod(_ method: String, in manifest: PluginManifest) -> OutcomeError {
    let nearest = NearestNames.best(method, among: manifest.provides.keys)
    let hint = nearest.map { " (it has \($0))" } ?? ""
    return .permissionDenied(
      "the plugin \(manifest.name) may not provide \(method): declare it in services.provides of "
        + "its plugin.json\(hint)", permission: "provide:\(method)")
  }

  private mutating func loaded(_ name: String) {
    plugins[name]?.mailbox.isPaused = false
    admit(into: name)
    plugins[name]?.isLoaded = true
    startWhenReady(name)
  }

  private mutating func started(_ name: String) {
    setState(of: name, .started)
    plugins[name]?.restarts.hasStarted = true
    resumeLines(of: name)
    guard let plugin = plugins[name] else { return }
    warnOfMissing(plugin)
    warnOfUnownedPoints(plugin)
    for dependent in plugins.values where dependent.manifest.requires.contains(name) {
      loadWhenReady(dependent.manifest.name)
    }
  }

  private mutating func warnOfMissing(_ plugin: Plugin) {
    // An attached program registers when it likes.
    guard !plugin.isAttached else { return }
    for method in plugin.manifest.provides.keys.sorted() where !plugin.provided.contains(method) {
      warn(plugin, "plugin.json declares \(method), but the code does not provide it")
    }
  }

  /// Says in a plugin's name what its author should know.
  mutating func warn(_ plugin: Plugin, _ message: String) {
    effects.append(
      .report(
        .log(
          source: plugin.manifest.name, language: plugin.language, level: "warning",
          message: message, fields: [:])))
  }

  /// Asks a kernel for the next step in the life of its plugin.
  mutating func openLifecycleFrame(
    _ kind: FrameKind, _ type: MessageType.Known, of plugin: Plugin,
    content: FrameBytes = Envelope.emptyObject
  ) {
    let key = FrameKey(number: nextMessageNumber(), connection: plugin.connection)
    let header = send(type, to: key.connection, content: content, number: key.number)
    let timeout = configuration.defaultTimeout
    var frame = Frame(
      key,
      FrameOrigin(
        kind: kind, plugin: plugin.manifest.name, parent: nil, caller: nil, depth: 0,
        hops: 0, deadline: now.advanced(bySeconds: timeout), timeout: timeout,
        trace: trace(under: nil, or: nil), createdAt: now),
      request: IncomingMessage(header: header))
    frame.phase = .running
    frame.startedAt = now
    frame.openingHeader = header.bytes
    register(frame)
  }

  private func loadContent(_ plugin: Plugin) -> FrameBytes {
    let manifest = plugin.manifest
    var content: JSONObject = [
      "plugin": .string(manifest.name), "version": .string(manifest.version),
      "generation": JSONValue(plugin.generation), "tenant": "default",
      "folder": .string(plugin.folder), "event_grants": true,
      "settings": .object(configuration.settings[manifest.name] ?? [:]),
    ]
    if plugin.isAttached {
      content["attached"] = true
    } else {
      content["main"] = .string(plugin.folder + "/" + manifest.main)
    }
    return FrameBytes(json: .object(content))
  }
}
