import KernelProtocol

extension Broker {
  /// Refuses an emit that has no room in a line whose policy is to reject, before it is put in any.
  func checkRoom(for occurrence: Occurrence, _ record: EventRecord) throws(OutcomeError) {
    let queue = record.settings.queue
    guard record.settings.delivery == .queued, queue.overflow == .reject else { return }
    for plugin in owedPlugins(of: occurrence.event).map(\.manifest.name) {
      let line = lines[LineID(plugin: plugin, subject: .event(occurrence.event))]
      guard let line, line.waiting.count >= queue.limit else { continue }
      throw .lineFull(occurrence.event, plugin: plugin, limit: queue.limit)
    }
  }

  /// Puts an event in the line of each plugin that has a plain subscription.
  mutating func queue(
    _ occurrence: Occurrence, _ record: EventRecord, for emission: inout Emission
  ) {
    let settings = record.settings.queue
    let key = settings.latestKey.map { value(at: $0, in: occurrence) }
    for subscriber in owedPlugins(of: occurrence.event) {
      let plugin = subscriber.manifest.name
      let line = LineID(plugin: plugin, subject: .event(occurrence.event))
      emission.expect(plugin)
      if case .quarantined(let cause) = subscriber.state {
        bury(occurrence, in: line, .quarantined(plugin, cause), for: &emission)
        continue
      }
      switch put(occurrence, in: line, settings, promise: .queued, key: key) {
      case .blocked: emission.fullLines.append(line)
      case .dropped(let entry): overflowed(entry, of: plugin, for: &emission)
      case .replaced(let entry):
        settleEmission(entry.occurrence.number, plugin, .superseded(occurrence.event))
      case .placed, .refused: break
      }
      pump(line)
    }
  }

  /// An event for a plugin that is not there and does not come by itself is a dead letter at once.
  private mutating func bury(
    _ occurrence: Occurrence, in line: LineID, _ error: OutcomeError, for emission: inout Emission
  ) {
    bury(DeliveryLine.Entry(occurrence: occurrence, promise: .queued), error, in: line)
    emission.settle(line.plugin, error)
  }

  /// An event had no room: it is counted, and whoever waits for its subscribers is told.
  private mutating func overflowed(
    _ entry: DeliveryLine.Entry, of plugin: String, for emission: inout Emission
  ) {
    let event = entry.occurrence.event
    drop(.overflow(event: event), of: plugin)
    let limit = events[event]?.settings.queue.limit ?? 0
    let error = OutcomeError.lineFull(event, plugin: plugin, limit: limit)
    if entry.occurrence.number == emission.number {
      emission.settle(plugin, error)
    } else {
      settleEmission(entry.occurrence.number, plugin, error)
    }
  }

  /// Puts an event in a line, which is made when it is not there.
  mutating func put(
    _ occurrence: Occurrence, in id: LineID, _ settings: QueueSettings, promise: Delivery,
    key: JSONValue?
  ) -> DeliveryLine.Placement {
    makeLine(id, settings)
    let entry = DeliveryLine.Entry(occurrence: occurrence, promise: promise, key: key)
    return lines[id]?.enqueue(entry) ?? .refused
  }

  /// Makes sure that a line is there.
  mutating func makeLine(_ id: LineID, _ settings: QueueSettings) {
    guard lines[id] == nil else { return }
    let width = plugins[id.plugin]?.manifest.mailbox.width ?? 1
    lines[id] = DeliveryLine(
      window: min(width, 64), settings: settings, subscriptions: subscriptions(of: id))
  }

  /// Sends what may be sent of a line, and remembers when to look again.
  mutating func pump(_ id: LineID) {
    guard let plugin = plugins[id.plugin], plugin.state == .started, isGreeted(plugin.connection)
    else { return }
    while let entry = lines[id]?.next(at: now) {
      begin(entry, in: id, on: plugin.connection)
      admitBlocked(into: id)
    }
    if let next = lines[id]?.nextAttempt, next > now { deadlines.set(.line(id), at: next) }
    if lines[id]?.isEmpty == true { lines[id] = nil }
  }

  /// Whoever waited for room gets it.
  private mutating func admitBlocked(into id: LineID) {
    while let entry = lines[id]?.admitBlocked() {
      updateEmission(entry.occurrence.number) { $0.fullLines.removeAll { $0 == id } }
    }
  }

  /// The value at a place in an event's payload; null when there is none.
  func value(at pointer: JSONPointer, in occurrence: Occurrence) -> JSONValue {
    let payload = try? JSONParser(maximumDepth: JSONDepth.content).parse(occurrence.content)
    return payload?[pointer] ?? .null
  }

  /// Counts an event that did not reach a subscriber.
  mutating func drop(_ reason: DropReason, of plugin: String) {
    guard let connection = plugins[plugin]?.connection else { return }
    drop(reason, from: connection)
  }

  private mutating func begin(
    _ entry: DeliveryLine.Entry, in id: LineID, on connection: ConnectionID
  ) {
    let key = FrameKey(number: nextMessageNumber(), connection: connection)
    var fields = metadata(of: entry.occurrence)
    fields.attempt = entry.attempt
    fields.subscriptions =
      lines[id]?.subscriptions ?? plainSubscriptions(to: entry.occurrence.event, of: connection)
    fields.delivery = entry.promise == .broadcast ? nil : entry.promise
    fields.retained = entry.isRetained ? true : nil
    send(
      .event, to: connection, metadata: fields.bytes, content: entry.occurrence.content,
      buffers: entry.occurrence.buffers, number: key.number)
    lines[id]?.begin(entry, as: key)
    directedFrames[key] = id
    let number = entry.occurrence.number ?? number(ofMessage: entry.occurrence.emit)
    let parent = number.flatMap { emissions[$0] }
    openEventFrame(
      key, entry.occurrence, plugin: id.plugin,
      parent: parent?.confirm == nil ? nil : parent?.frame)
  }

  /// A plugin's subscriptions without a shape that are for an event, by the shim's ids.
  private func plainSubscriptions(to event: String, of connection: ConnectionID) -> [String] {
    let all = connections[connection]?.subscriptions.values.filter {
      $0.isConfirmed && $0.shape == nil && $0.pattern.matches(event)
    }
    return all?.map(\.id).sorted() ?? []
  }

  /// The subscriptions that a line is for, by the shim's ids; nil for all that match.
  private func subscriptions(of id: LineID) -> [String]? {
    switch id.subject {
    case .event: return nil
    case .subscription(let subscription): return [subscription]
    case .durable(let pattern):
      let all = plugins[id.plugin].flatMap { connections[$0.connection]?.subscriptions.values }
      return all?.filter { $0.pattern.text == pattern && $0.shape == nil }.map(\.id).sorted()
    }
  }
}
