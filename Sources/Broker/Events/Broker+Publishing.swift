import KernelProtocol

extension Broker {
  /// How many subscriptions an event goes to; one that waits for its subscribers also to those who come back. Clients that
  /// merely look on do not count.
  func subscriptionCount(of event: String, _ record: EventRecord) -> Int {
    plugins.values.reduce(listenerCount(of: event)) { sum, plugin in
      guard record.settings.delivery != .broadcast || !plugin.keepsSubscriptions else { return sum }
      return sum + owedSubscriptions(of: plugin, to: event).count
    }
  }

  /// Sends an event on its way to all who subscribe, and enters in the emission whom it waits for.
  mutating func publish(_ occurrence: Occurrence, for emission: inout Emission) {
    guard let delivery = events[occurrence.event]?.settings.delivery else { return }
    guard delivery != .durable else { return store(occurrence, for: &emission) }
    guard let record = announce(occurrence, for: &emission) else { return }
    if delivery == .broadcast {
      broadcast(occurrence, record, for: &emission)
    } else {
      queue(occurrence, record, for: &emission)
    }
  }

  /// An event is certain: it is counted and kept, and goes to those to whom nothing more is promised.
  mutating func announce(
    _ occurrence: Occurrence, for emission: inout Emission
  ) -> EventRecord? {
    guard var record = events[occurrence.event] else { return nil }
    record.sequence += 1
    if record.settings.isRetained { record.retained = occurrence }
    events[occurrence.event] = record
    directToShaped(occurrence, record)
    tellListeners(occurrence, record, for: &emission)
    return record
  }

  /// The plugins that have plain subscriptions to an event, by their connections.
  func plainSubscribers(of event: String) -> [(peer: Peer, plugin: String)] {
    connections.values.filter { connection in
      connection.subscriptions.values.contains {
        $0.isConfirmed && $0.shape == nil && $0.pattern.matches(event)
      }
    }
    .sorted { $0.peer.id.number < $1.peer.id.number }
    .compactMap { connection in connection.peer.plugin.map { (connection.peer, $0) } }
  }

  /// By PUB, serialised once; one frame for each plugin, whose turn its kernel will ask for.
  private mutating func broadcast(
    _ occurrence: Occurrence, _ record: EventRecord, for emission: inout Emission
  ) {
    let number = nextMessageNumber(of: occurrence)
    for (peer, plugin) in plainSubscribers(of: occurrence.event) {
      emission.expect(plugin)
      openEventFrame(
        FrameKey(number: number, connection: peer.id), occurrence, plugin: plugin,
        parent: emission.confirm == nil ? nil : emission.frame)
    }
    var fields = metadata(of: occurrence)
    fields.sequence = Int(record.sequence)
    fields.attempt = 1
    let published = Envelope(
      header: header(.event, number: number), parentHeader: Envelope.emptyObject,
      metadata: fields.bytes, content: occurrence.content, buffers: occurrence.buffers)
    effects.append(.publish(topic: record.topic.topic, key: record.topic.key, published))
  }

  /// What every way of delivery says of an event.
  func metadata(of occurrence: Occurrence) -> MessageMetadata {
    var fields = MessageMetadata()
    fields.event = occurrence.event
    fields.eventID = occurrence.id
    fields.emitter = occurrence.emitter
    fields.tenant = "default"
    fields.traceparent = occurrence.trace.traceparent
    fields.hops = occurrence.hops
    fields.batch = occurrence.isBatch ? true : nil
    fields.bufferPaths = occurrence.bufferPaths
    return fields
  }

  /// A frame for an event that a kernel has been sent; it waits until the kernel asks for its turn.
  ///
  /// - Parameter parent: the frame that waits for it.
  mutating func openEventFrame(
    _ key: FrameKey, _ occurrence: Occurrence, plugin: String, parent: FrameKey? = nil
  ) {
    let timeout = configuration.defaultTimeout
    let header = header(.event, number: key.number)
    var frame = Frame(
      key,
      FrameOrigin(
        kind: .event(name: occurrence.event), plugin: plugin, parent: parent, caller: nil, depth: 0,
        hops: occurrence.hops, deadline: now.advanced(bySeconds: timeout), timeout: timeout,
        trace: trace(under: occurrence.trace), createdAt: now),
      request: IncomingMessage(header: header))
    frame.openingHeader = header.bytes
    register(frame)
  }

  /// A plain event has the number of its emit; a batch has one of its own.
  private mutating func nextMessageNumber(of occurrence: Occurrence) -> UInt64 {
    occurrence.number ?? nextMessageNumber()
  }
}
