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
      let occurrence = makeOccurrence(name, message, hops: hops, parent: parent, from: peer)
      let caller = Caller(
        connection: peer.id, header: message.header.bytes, messageID: message.header.id)
      try emit(occurrence, message.fields, parent: parent, caller: caller)
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
    _ name: String, _ message: IncomingMessage, hops: Int, parent: Frame?, from peer: Peer
  ) -> Occurrence {
    let number = nextMessageNumber()
    return Occurrence(
      event: name, id: messagePrefix + String(number), content: message.content,
      buffers: message.buffers, bufferPaths: message.fields.bufferPaths, emitter: peer.principal,
      hops: hops, trace: trace(under: parent, or: message.fields.traceparent), number: number)
  }

  private mutating func emit(
    _ occurrence: Occurrence, _ fields: MessageMetadata, parent: Frame?, caller: Caller
  ) throws(OutcomeError) {
    guard let record = events[occurrence.event], let number = occurrence.number else { return }
    try validate(
      occurrence.content, against: record.settings.payload,
      as: "The payload of \(occurrence.event)")
    let subscriptions = subscriptionCount(of: occurrence.event, record)
    if fields.require == true, subscriptions == 0 { throw .noSubscriber(occurrence.event) }
    try checkRoom(for: occurrence, record)
    var emission = Emission(
      caller: caller, frame: parent?.key, event: occurrence.event, eventID: occurrence.id,
      confirm: fields.confirm, subscriptions: subscriptions)
    if let shape = record.settings.shape {
      guard fields.confirm == nil else { throw .shapedConfirmation(occurrence.event) }
      shapeEmit(occurrence, shape)
    } else {
      announce(emission, as: number)
      publish(occurrence, for: &emission)
    }
    open(emission, number, timeout: fields.timeout)
  }

  /// What is begun while an event is published must find whom it is for: the frame that waits makes way for the event's handlers.
  private mutating func announce(_ emission: Emission, as number: UInt64) {
    guard emission.confirm != nil, emission.frame != nil else { return }
    var announced = emission
    announced.isBeingStored = true
    emissions[number] = announced
  }
}
