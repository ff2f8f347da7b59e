import KernelProtocol

extension Broker {
  /// An event is emitted: it goes to every subscriber, each by the way that it has asked for.
  mutating func receiveEmit(_ message: IncomingMessage, from peer: Peer) {
    do throws(OutcomeError) {
      let parent = try parentFrame(of: message, on: peer)
      let name = try eventToEmit(message.fields.event, by: peer)
      let hops = (parent?.hops ?? 0) + 1
      guard hops <= configuration.maximumHops else {
        throw .depthExceeded(limit: configuration.maximumHops, chain: chain(from: parent) + [name])
      }
      let occurrence = makeOccurrence(
        name, try eventID(of: message), message, hops: hops, parent: parent, from: peer)
      let caller = Caller(
        connection: peer.id, header: message.header.bytes, messageID: message.header.id)
      guard try emit(occurrence, message.fields, parent: parent, caller: caller) else { return }
      reportEmit(
        of: name, occurrence.trace, parent, by: peer.principal,
        opening: plainSubscribers(of: name).count)
    } catch {
      reply(.emitReply, to: message.header.bytes, on: peer.id, error)
    }
  }

  /// Nobody declares such an event.
  func unknownEvent(_ name: String) -> OutcomeError {
    .unknownEvent(name, nearest: NearestNames.find(name, among: events.keys))
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

  private mutating func makeOccurrence(
    _ name: String, _ id: String?, _ message: IncomingMessage, hops: Int, parent: Frame?,
    from peer: Peer
  ) -> Occurrence {
    let number = nextMessageNumber()
    let emit = messagePrefix + String(number)
    return Occurrence(
      event: name, id: id ?? emit, emit: emit, content: message.content,
      buffers: message.buffers, bufferPaths: message.fields.bufferPaths, emitter: peer.principal,
      hops: hops, trace: trace(under: parent, or: message.fields.traceparent), number: number)
  }

  /// - Returns: false for one that was emitted before.
  private mutating func emit(
    _ occurrence: Occurrence, _ fields: MessageMetadata, parent: Frame?, caller: Caller
  ) throws(OutcomeError) -> Bool {
    guard let record = events[occurrence.event], let number = occurrence.number else {
      return false
    }
    try validate(
      occurrence.content, against: record.settings.payload,
      as: "The payload of \(occurrence.event)")
    let subscriptions = subscriptionCount(of: occurrence.event, record)
    var emission = Emission(
      caller: caller, frame: parent?.key, event: occurrence.event, eventID: occurrence.id,
      number: number, confirm: fields.confirm, subscriptions: subscriptions)
    guard try !isDuplicate(occurrence, of: record) else {
      answerDuplicate(emission)
      return false
    }
    if fields.require == true, subscriptions == 0 { throw .noSubscriber(occurrence.event) }
    try checkRoom(for: occurrence, record)
    if record.settings.shape != nil, fields.confirm != nil {
      throw .shapedConfirmation(occurrence.event)
    }
    remember(occurrence, record)
    send(occurrence, record, number, for: &emission)
    open(emission, number, timeout: fields.timeout)
    return true
  }

  private mutating func send(
    _ occurrence: Occurrence, _ record: EventRecord, _ number: UInt64, for emission: inout Emission
  ) {
    if let shape = record.settings.shape { return shapeEmit(occurrence, shape) }
    announce(emission, as: number)
    publish(occurrence, for: &emission)
  }

  /// What is begun while an event is published must find whom it is for: the frame that waits makes way for the event's handlers.
  private mutating func announce(_ emission: Emission, as number: UInt64) {
    guard emission.confirm != nil, emission.frame != nil else { return }
    var announced = emission
    announced.isBeingStored = true
    emissions[number] = announced
  }
}
