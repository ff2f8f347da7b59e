import KernelProtocol

extension Broker {
  /// How long a kernel that is to be restarted has to end by itself, in seconds.
  private static let patience: Double = 3

  /// A plugin that has served has lost its kernel, or its new one did not come up: it is started again, or quarantined.
  mutating func crashed(plugin name: String, _ error: OutcomeError) {
    guard let decision = plugins[name]?.restarts.crashed(at: now, configuration.restart) else {
      return
    }
    switch decision {
    case .restart(let delay): awaitRestart(of: name, error, seconds: delay)
    case .quarantine:
      buryLines(of: name, .quarantined(name, error))
      giveUp(plugin: name, .quarantined(error), error)
    }
  }

  /// A plugin's kernel is started again because somebody asks for it; one that runs is ended first.
  mutating func restart(plugin name: String) {
    guard let plugin = plugins[name], plugin.state != .stopped else { return }
    plugins[name]?.restarts.ask()
    guard let connection = connections[plugin.connection] else {
      return awaitRestart(of: name, nil, seconds: 0)
    }
    awaitRestart(of: name, nil, seconds: Self.patience)
    guard connection.isGreeted else { return effects.append(.end(plugin.connection)) }
    send(.shutdownRequest, to: plugin.connection, content: FrameBytes(#"{"restart":true}"#))
  }

  /// The kernel of a plugin that is to be restarted has ended.
  mutating func endedBeforeRestart(_ name: String) {
    guard plugins[name]?.restarts.isAskedFor == true else { return }
    deadlines.set(.restart(name), at: now)
  }

  /// The time of a restart has come; a kernel that is still there is ended first.
  mutating func restartIsDue(_ name: String) {
    guard let plugin = plugins[name], case .restarting = plugin.state else { return }
    guard connections[plugin.connection] == nil else {
      effects.append(.end(plugin.connection))
      return deadlines.set(.restart(name), at: now.advanced(bySeconds: Self.patience))
    }
    plugins[name]?.restarts.launched()
    plugins[name]?.generation += 1
    setState(of: name, .starting)
    effects.append(.launch(name))
  }

  /// No plugin is started again any more.
  mutating func cancelRestarts() {
    for (name, plugin) in plugins {
      guard case .restarting = plugin.state else { continue }
      deadlines.remove(.restart(name))
      setState(of: name, .stopped)
    }
  }

  /// Since when a plugin is in its state, and how many times its kernel was started again.
  public func standing(of plugin: String) -> (since: Instant, restarts: Int)? {
    plugins[plugin].map { ($0.since, $0.restarts.restarts) }
  }

  /// What a request that waited for a restart all its time is told; nil when it waited for something else.
  func unavailability(of frame: Frame) -> OutcomeError? {
    guard case .call = frame.kind, frame.phase == .waiting, let name = frame.plugin,
      let plugin = plugins[name], plugin.isComingBack
    else { return nil }
    let next = deadlines.instant(of: .restart(name)).map { max(0, now.seconds(to: $0)) }
    return .restarting(name, since: plugin.sinceDate, retryAfter: next ?? 1)
  }

  private mutating func awaitRestart(of name: String, _ error: OutcomeError?, seconds: Double) {
    plugins[name]?.mailbox.isPaused = true
    setState(of: name, .restarting(error))
    deadlines.set(.restart(name), at: now.advanced(bySeconds: seconds))
  }
}

extension Plugin {
  /// Whether it has served, does not now, and will again: what comes for it waits.
  var isComingBack: Bool {
    switch state {
    case .restarting: true
    case .starting, .loading: restarts.hasStarted
    case .started, .failed, .quarantined, .stopped: false
    }
  }

  /// Whether events are put in its lines though its kernel is not there: they wait, or are dead letters at once.
  var keepsSubscriptions: Bool {
    if case .quarantined = state { true } else { isComingBack }
  }
}
