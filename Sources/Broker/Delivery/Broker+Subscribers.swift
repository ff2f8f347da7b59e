import KernelProtocol

/// Who gets the events that wait for their subscribers: those who are there, and those who will be there again.
extension Broker {
  /// The confirmed subscriptions of a plugin to an event, by which it is owed what is queued.
  ///
  /// While its kernel is being started again they are those that the one before had, and what the new one has added.
  func owedSubscriptions(of plugin: Plugin, to event: String) -> [Subscription] {
    let current = connections[plugin.connection]?.subscriptions.values.filter(\.isConfirmed) ?? []
    let all = plugin.keepsSubscriptions ? plugin.formerSubscriptions.merged(with: current) : current
    return all.filter { $0.pattern.matches(event) }.sorted { $0.id < $1.id }
  }

  /// The plugins to whose plain subscriptions an event is owed, in order of their connections.
  func owedPlugins(of event: String) -> [Plugin] {
    plugins.values.filter { plugin in
      owedSubscriptions(of: plugin, to: event).contains { $0.shape == nil }
    }
    .sorted { $0.connection.number < $1.connection.number }
  }

  /// A plugin's kernel has ended: what is still to be delivered stays in its lines, what was promised once is gone.
  mutating func keepLines(of name: String, _ connection: Connection) {
    if plugins[name]?.state == .started {
      plugins[name]?.formerSubscriptions = connection.subscriptions.values.filter(\.isConfirmed)
    }
    for id in lines.keys where id.plugin == name {
      lines[id]?.dropBroadcasts()
      if case .durable(let pattern) = id.subject {
        for entry in lines[id]?.takeAll() ?? [] {
          effects.append(
            .attempted(plugin: name, pattern: pattern, entry.occurrence, .notStarted))
        }
      }
      if lines[id]?.isEmpty == true { removeLine(id) }
    }
  }

  /// A plugin serves, perhaps again: what waits for it is sent.
  mutating func resumeLines(of name: String) {
    guard let plugin = plugins[name] else { return }
    let current = connections[plugin.connection]?.subscriptions ?? [:]
    let former = plugin.formerSubscriptions
    plugins[name]?.formerSubscriptions = []
    for id in lines.keys.filter({ $0.plugin == name }) {
      if case .subscription(let subscription) = id.subject,
        let before = former.first(where: { $0.id == subscription }),
        current[subscription]?.isSame(as: before) != true
      {
        buryLine(id, .subscriptionGone(name))
      }
      pump(id)
    }
  }

  /// What waits for a plugin that does not come back is given up; what is durable waits on the disk.
  mutating func buryLines(of name: String, _ error: OutcomeError) {
    for id in lines.keys.filter({ $0.plugin == name }) {
      if case .durable = id.subject { continue }
      buryLine(id, error)
    }
  }

  private mutating func buryLine(_ id: LineID, _ error: OutcomeError) {
    for entry in lines[id]?.takeAll() ?? [] {
      updateEmission(entry.occurrence.number) { $0.fullLines.removeAll { $0 == id } }
      bury(entry, error, in: id)
    }
    removeLine(id)
  }

  private mutating func removeLine(_ id: LineID) {
    lines[id] = nil
    deadlines.remove(.line(id))
  }
}

extension [Subscription] {
  /// These, and those of the others that are not among them.
  fileprivate func merged(with others: [Subscription]) -> [Subscription] {
    self + others.filter { other in !contains { $0.isSame(as: other) } }
  }
}
