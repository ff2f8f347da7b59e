import DequeModule
import KernelProtocol

extension Broker {
  /// The events of the orchestrator's own: a method can be called from now on, or no more.
  static let serviceAvailable = "service:available"
  static let serviceGone = "service:gone"

  /// How the orchestrator is named as the owner and emitter of events.
  static let ownName = ManifestSet.ownName

  /// Declares the events of the orchestrator's own.
  mutating func declareOwnEvents() {
    for event in ManifestSet.ownEvents {
      let topic = Topic(event: event, topic: random.token(), key: random.token())
      events[event] = EventRecord(
        owner: Self.ownName, topic: topic, settings: PluginManifest.Event())
      eventsByTopic[topic.topic] = event
    }
  }

  /// Tells which of a plugin's methods have become available or are gone, and answers those who wait for them.
  mutating func announceServices(of name: String) {
    guard !isShuttingDown, let plugin = plugins[name] else { return }
    for method in plugin.manifest.provides.keys.sorted() {
      let isAvailable = plugin.offers(method)
      guard services[method]?.note(name, isAvailable: isAvailable) == true else { continue }
      announce(isAvailable ? Self.serviceAvailable : Self.serviceGone, method, of: name)
      if isAvailable { answerServiceWaits(for: method) }
    }
  }

  /// Calls of a method that its plugin has taken back while they waited are not made.
  mutating func refuseWaiting(for method: String, in name: String) {
    for entry in plugins[name]?.mailbox.queue ?? []
    where frames[entry.key]?.kind == .call(method: method) {
      abandon(
        entry.key,
        .unavailable("The plugin \(name) has withdrawn \(method) while the call waited for it."),
        reason: "cancelled")
    }
  }

  private mutating func announce(_ event: String, _ method: String, of plugin: String) {
    let content: JSONValue = ["method": .string(method), "plugin": .string(plugin)]
    let number = nextMessageNumber()
    let id = messagePrefix + String(number)
    let occurrence = Occurrence(
      event: event, id: id, emit: id, content: FrameBytes(json: content), buffers: [],
      bufferPaths: nil, emitter: Self.ownName, hops: 1,
      trace: trace(under: nil, or: nil), number: number)
    publishForNobody(occurrence)
    let count = plainSubscribers(of: event).count
    guard count > 0 else { return }
    reportEmit(of: event, occurrence.trace, nil, by: Self.ownName, opening: count)
  }
}
