import KernelProtocol

extension Broker {
  /// A client subscribes: the application for its own loops, or a command that shows what happens.
  ///
  /// Its events come on its own channel, so there is no topic to wait for, and it is confirmed at once.
  mutating func receiveListen(_ message: IncomingMessage, from peer: Peer) {
    do throws(OutcomeError) {
      let (subscription, listener) = try listener(from: message, of: peer)
      let id = ListenerID(connection: peer.id, subscription: subscription)
      listeners[id] = listener
      replyOK(.subscribeReply, to: message.header.bytes, on: peer.id)
      deliverRetained(to: id)
    } catch {
      reply(.subscribeReply, to: message.header.bytes, on: peer.id, error)
    }
  }

  /// A client listens no more.
  mutating func receiveUnlisten(_ message: IncomingMessage, from peer: Peer) {
    if let subscription = contentString(message, "subscription") {
      endListening(ListenerID(connection: peer.id, subscription: subscription))
    }
    replyOK(.unsubscribeReply, to: message.header.bytes, on: peer.id)
  }

  /// A client has done with an event, well or not.
  mutating func receiveAcknowledgement(_ message: IncomingMessage, from peer: Peer) {
    guard let number = message.parentID.flatMap({ number(ofMessage: $0) }),
      let id = listeners.keys.first(where: {
        $0.connection == peer.id && listeners[$0]?.inFlight[number] != nil
      }), let entry = listeners[id]?.end(number), let listener = listeners[id]
    else { return drop(.lateReply, from: peer.id) }
    var failure: OutcomeError?
    if let outcome = message.fields.outcome, outcome != .ok {
      let error = error(outcome, in: message, from: peer)
      let handler = FrameKind.event(name: entry.occurrence.event).name
      effects.append(.report(.handlerFailed(plugin: listener.name, handler: handler, error)))
      failure = error
    }
    if listener.confirms { settleEmission(entry.occurrence.number, listener.name, failure) }
    feed(id)
  }

  /// An event goes to all clients that listen, besides its way to the plugins.
  mutating func tellListeners(
    _ occurrence: Occurrence, _ record: EventRecord, for emission: inout Emission
  ) {
    guard !listeners.isEmpty else { return }
    for id in listeners.keys.sorted() {
      guard let listener = listeners[id], listener.pattern.matches(occurrence.event) else {
        continue
      }
      if listener.confirms { emission.expect(listener.name) }
      let entry = Listener.Entry(
        occurrence: occurrence, delivery: record.settings.delivery, sequence: Int(record.sequence))
      switch listeners[id]?.enqueue(entry) {
      case .blocked: emission.fullListeners.append(id)
      case .dropped(let dropped): overflowed(dropped, of: id, listener, for: &emission)
      case .placed, nil: break
      }
      feed(id)
    }
  }

  /// How many of those who listen to an event count as its subscribers.
  func listenerCount(of event: String) -> Int {
    listeners.values.count { $0.confirms && $0.pattern.matches(event) }
  }

  /// A client that has gone listens no more.
  mutating func endListening(on connection: ConnectionID) {
    for id in listeners.keys.sorted() where id.connection == connection { endListening(id) }
  }

  private mutating func endListening(_ id: ListenerID) {
    guard let listener = listeners.removeValue(forKey: id) else { return }
    for entry in listener.open {
      let number = entry.occurrence.number
      updateEmission(number) { emission in
        emission.fullListeners.removeAll { $0 == id }
        emission.settle(listener.name, .cancelled(reason: "the listener has ended"))
      }
    }
  }

  private mutating func overflowed(
    _ entry: Listener.Entry, of id: ListenerID, _ listener: Listener, for emission: inout Emission
  ) {
    let event = entry.occurrence.event
    drop(.overflow(event: event), from: id.connection)
    guard listener.confirms else { return }
    let error = OutcomeError.lineFull(event, plugin: listener.name, limit: listener.limit)
    if entry.occurrence.number == emission.number {
      emission.settle(listener.name, error)
    } else {
      settleEmission(entry.occurrence.number, listener.name, error)
    }
  }

  private mutating func deliverRetained(to id: ListenerID) {
    guard let pattern = listeners[id]?.pattern else { return }
    for (name, record) in events.sorted(by: { $0.key < $1.key }) where pattern.matches(name) {
      guard let last = record.retained else { continue }
      _ = listeners[id]?.enqueue(
        Listener.Entry(
          occurrence: last, delivery: record.settings.delivery, sequence: Int(record.sequence),
          isRetained: true))
    }
    feed(id)
  }

  /// Sends what may be sent; whoever waited for room gets it.
  private mutating func feed(_ id: ListenerID) {
    while let entry = listeners[id]?.next() {
      let number = nextMessageNumber()
      var fields = metadata(of: entry.occurrence)
      fields.sequence = entry.sequence
      fields.attempt = 1
      fields.subscriptions = [id.subscription]
      fields.delivery = entry.delivery == .broadcast ? nil : entry.delivery
      fields.retained = entry.isRetained ? true : nil
      send(
        .event, to: id.connection, metadata: fields.bytes, content: entry.occurrence.content,
        buffers: entry.occurrence.buffers, number: number)
      listeners[id]?.begin(entry, as: number)
      while let admitted = listeners[id]?.admitBlocked() {
        updateEmission(admitted.occurrence.number) { $0.fullListeners.removeAll { $0 == id } }
      }
    }
  }

  private func listener(
    from message: IncomingMessage, of peer: Peer
  ) throws(OutcomeError) -> (subscription: String, Listener) {
    let subscription = try subscription(from: message, on: peer)
    guard subscription.shape == nil else {
      throw .malformed("a client's subscription has no shape: only a plugin's has")
    }
    let content = content(message)
    let overflow = try overflow(content?["overflow"])
    let limit = content?["limit"]?.intValue ?? QueueSettings().limit
    guard limit > 0 else { throw .malformed("content.limit must be a whole number from 1") }
    return (
      subscription.id,
      Listener(
        pattern: subscription.pattern, name: freeName(peer.principal), limit: limit,
        overflow: overflow, confirms: content?["confirms"]?.boolValue ?? false)
    )
  }

  private func overflow(_ value: JSONValue?) throws(OutcomeError) -> Overflow {
    guard let value else { return .dropOldest }
    guard let overflow = value.stringValue.flatMap(Overflow.init(rawValue:)) else {
      let names = Overflow.allCases.map(\.rawValue).joined(separator: ", ")
      throw .malformed("content.overflow must be one of \(names)")
    }
    return overflow
  }

  /// The principal's name; of several listeners the later ones get a number.
  private func freeName(_ principal: String) -> String {
    let taken = Set(listeners.values.map(\.name))
    guard taken.contains(principal) else { return principal }
    var number = 2
    while taken.contains("\(principal) \(number)") { number += 1 }
    return "\(principal) \(number)"
  }
}
