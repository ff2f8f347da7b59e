import KernelProtocol

extension Broker {
  /// An event whose manifest gives it a shape: it is published when its window ends.
  mutating func shapeEmit(_ occurrence: Occurrence, _ shape: Shape) {
    let id = ShaperID(event: occurrence.event, subject: .emitter(occurrence.emitter))
    reshape(occurrence, by: shape, id)
  }

  /// An event goes to the subscriptions that ask for a rhythm of their own.
  mutating func directToShaped(_ occurrence: Occurrence, _ record: EventRecord) {
    for plugin in plugins.values.sorted(by: { $0.connection.number < $1.connection.number })
    where record.settings.delivery != .broadcast || !plugin.keepsSubscriptions {
      for subscription in owedSubscriptions(of: plugin, to: occurrence.event) {
        guard let shape = subscription.shape else { continue }
        reshape(
          occurrence, by: shape,
          ShaperID(
            event: occurrence.event, subject: .subscription(plugin.connection, subscription.id)))
      }
    }
  }

  /// A window has ended.
  mutating func shaperIsDue(_ id: ShaperID) {
    guard let released = shapers[id]?.advance(to: now) else { return }
    release(released, of: id)
  }

  /// Whatever waits in windows is let go: all of it, or that of some.
  mutating func flushShapers(where isMeant: (ShaperID.Subject) -> Bool = { _ in true }) {
    for id in shapers.keys.sorted(by: { $0.event < $1.event }) where isMeant(id.subject) {
      guard let released = shapers[id]?.flush(at: now) else { continue }
      release(released, of: id)
    }
  }

  /// The windows and lines of a subscription that is gone.
  mutating func dropShapers(of subscription: String, on connection: ConnectionID) {
    for id in shapers.keys where id.subject == .subscription(connection, subscription) {
      shapers[id] = nil
      deadlines.remove(.shaper(id))
    }
  }

  private mutating func reshape(_ occurrence: Occurrence, by shape: Shape, _ id: ShaperID) {
    var key: JSONValue?
    if case .latest(let pointer, _) = shape {
      key = pointer.map { value(at: $0, in: occurrence) } ?? .null
    }
    var released = shapers[id, default: Shaper(shape)].add(occurrence, key: key, at: now)
    if isShuttingDown { released += shapers[id]?.flush(at: now) ?? [] }
    release(released, of: id)
  }

  private mutating func release(_ occurrences: [Occurrence], of id: ShaperID) {
    deadlines.remove(.shaper(id))
    if let due = shapers[id]?.due { deadlines.set(.shaper(id), at: due) }
    for occurrence in occurrences {
      switch id.subject {
      case .emitter: publishForNobody(occurrence)
      case .subscription(let connection, let subscription):
        direct(occurrence, to: subscription, on: connection)
      }
    }
  }

  /// Nobody waits for what is published by the clock, or by the orchestrator itself.
  mutating func publishForNobody(_ occurrence: Occurrence) {
    var emission = Emission(forNobody: occurrence)
    publish(occurrence, for: &emission)
  }

  private mutating func direct(
    _ occurrence: Occurrence, to subscription: String, on connection: ConnectionID
  ) {
    guard let owner = plugins.values.first(where: { $0.connection == connection }),
      let record = events[occurrence.event],
      let shape = owedSubscriptions(of: owner, to: occurrence.event)
        .first(where: { $0.id == subscription })?.shape
    else { return }
    let plugin = owner.manifest.name
    var key: JSONValue?
    if case .latest(let pointer, _) = shape {
      key = .array([
        .string(occurrence.event), pointer.map { value(at: $0, in: occurrence) } ?? .null,
      ])
    }
    var settings = record.settings.queue
    if settings.overflow == .block || settings.overflow == .reject {
      settings.overflow = .dropOldest
    }
    let promise: Delivery = record.settings.delivery == .broadcast ? .broadcast : .queued
    let line = LineID(plugin: plugin, subject: .subscription(subscription))
    if case .dropped(let entry) = put(occurrence, in: line, settings, promise: promise, key: key) {
      drop(.overflow(event: entry.occurrence.event), of: plugin)
    }
    pump(line)
  }
}
