import KernelProtocol

extension Broker {
  /// An event goes to every subscriber, serialised once.
  mutating func receiveEmit(_ message: IncomingMessage, from peer: Peer) {
    do throws(OutcomeError) {
      let parent = try parentFrame(of: message, on: peer)
      let name = try eventToEmit(message.fields.event, by: peer)
      let hops = (parent?.hops ?? 0) + 1
      guard hops <= configuration.maximumHops else {
        throw .depthExceeded(limit: configuration.maximumHops, chain: chain(from: parent) + [name])
      }
      let (number, matched) = publish(name, message, hops: hops, parent: parent, from: peer)
      replyToEmit(message, number: number, matched: matched, on: peer.id)
    } catch {
      reply(.emitReply, to: message.header.bytes, on: peer.id, error)
    }
  }

  /// A handler for an event has ended, or failed.
  mutating func receiveEventReply(_ message: IncomingMessage, from peer: Peer) {
    guard let key = frameKey(parentOf: message, on: peer.id), let frame = frames[key],
      case .event = frame.kind
    else { return drop(.lateReply, from: peer.id) }
    guard frame.phase != .abandoned else {
      drop(.lateReply, from: peer.id)
      return remove(key)
    }
    if frame.phase == .waiting, let plugin = frame.plugin {
      plugins[plugin]?.mailbox.withdraw(key)
    }
    complete(key, ending(of: message, from: frame, on: peer))
  }

  /// A subscriber noticed that events did not reach it.
  mutating func receiveEventGap(_ message: IncomingMessage, from peer: Peer) {
    guard let content = content(message), let event = content["event"]?.stringValue else { return }
    let missed = content["missed"]?.intValue ?? 1
    drop(.gap(event: event, missed: missed), from: peer.id)
  }

  private func eventToEmit(
    _ event: String?, by peer: Peer
  ) throws(OutcomeError) -> String {
    guard let event, !event.isEmpty else {
      throw .malformed("emit has no metadata.event: name the event to emit")
    }
    guard events[event] != nil else { throw unknownEvent(event) }
    try checkPermission(toEmit: event, by: peer)
    return event
  }

  /// Nobody declares such an event.
  func unknownEvent(_ name: String) -> OutcomeError {
    .unknownEvent(name, nearest: NearestNames.find(name, among: events.keys))
  }

  private mutating func publish(
    _ name: String, _ message: IncomingMessage, hops: Int, parent: Frame?,
    from peer: Peer
  ) -> (number: UInt64, matched: Int) {
    guard var record = events[name] else { return (0, 0) }
    record.sequence += 1
    events[name] = record
    let number = nextMessageNumber()
    let trace = trace(under: parent, or: message.fields.traceparent)
    let frameCount = frames.count
    let matched = openEventFrames(
      name, message, number: number, hops: hops, parent: parent, trace: trace)
    reportEmit(of: name, trace, parent, by: peer, opening: frames.count - frameCount)
    let published = Envelope(
      header: header(.event, number: number), parentHeader: Envelope.emptyObject,
      metadata: eventMetadata(
        record, name, message, number: number, hops: hops, trace: trace, from: peer),
      content: message.content, buffers: message.buffers)
    let topic = record.topic
    effects.append(.publish(topic: topic.topic, key: topic.key, published))
    return (number, matched)
  }

  /// One frame for each plugin that has a confirmed subscription; the number of subscriptions is returned.
  private mutating func openEventFrames(
    _ name: String, _ message: IncomingMessage, number: UInt64, hops: Int, parent: Frame?,
    trace: TraceContext
  ) -> Int {
    var matched = 0
    for subscriber in connections.values.sorted(by: { $0.peer.id.number < $1.peer.id.number }) {
      let count = subscriber.subscriptions.values.count {
        $0.isConfirmed && $0.pattern.matches(name)
      }
      guard count > 0, let plugin = subscriber.peer.plugin else { continue }
      matched += count
      openEventFrame(
        FrameKey(number: number, connection: subscriber.peer.id), name, plugin: plugin, message,
        hops: hops, trace: self.trace(under: trace))
    }
    return matched
  }

  private mutating func openEventFrame(
    _ key: FrameKey, _ name: String, plugin: String, _ message: IncomingMessage, hops: Int,
    trace: TraceContext
  ) {
    let timeout = configuration.defaultTimeout
    var frame = Frame(
      key,
      FrameOrigin(
        kind: .event(name: name), plugin: plugin, parent: nil, caller: nil, depth: 0,
        hops: hops, deadline: now.advanced(bySeconds: timeout), timeout: timeout, trace: trace,
        createdAt: now),
      request: message.withoutBody)
    frame.openingHeader = header(.event, number: key.number).bytes
    register(frame)
  }

  private func eventMetadata(
    _ record: EventRecord, _ name: String, _ message: IncomingMessage, number: UInt64, hops: Int,
    trace: TraceContext, from peer: Peer
  ) -> FrameBytes {
    var fields = MessageMetadata()
    fields.event = name
    fields.eventID = messagePrefix + String(number)
    fields.sequence = Int(record.sequence)
    fields.emitter = peer.principal
    fields.tenant = "default"
    fields.traceparent = trace.traceparent
    fields.hops = hops
    fields.attempt = 1
    fields.bufferPaths = message.fields.bufferPaths
    return fields.bytes
  }

  private mutating func replyToEmit(
    _ message: IncomingMessage, number: UInt64, matched: Int, on id: ConnectionID
  ) {
    let content: JSONValue = [
      "subscriptions": JSONValue(matched), "event_id": .string(messagePrefix + String(number)),
    ]
    replyOK(.emitReply, to: message.header.bytes, on: id, content: FrameBytes(json: content))
  }
}
