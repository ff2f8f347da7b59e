import KernelProtocol

extension Broker {
  /// A plugin subscribes: it gets the topics, and a nonce that will confirm them (9-contract, "Subscribing, exactly").
  mutating func receiveSubscribe(_ message: IncomingMessage, from peer: Peer) {
    do throws(OutcomeError) {
      let subscription = try subscription(from: message, on: peer)
      connections[peer.id]?.subscriptions[subscription.id] = subscription
      let topics = topics(for: subscription)
      let content = offer(topics, removing: [], for: subscription.id, on: peer.id)
      replyOK(.subscribeReply, to: subscription.request, on: peer.id, content: content)
    } catch {
      reply(.subscribeReply, to: message.header.bytes, on: peer.id, error)
    }
  }

  /// A plugin takes a subscription back.
  mutating func receiveUnsubscribe(_ message: IncomingMessage, from peer: Peer) {
    if let id = contentString(message, "subscription"),
      let subscription = connections[peer.id]?.subscriptions[id]
    {
      forgetDurable(subscription, of: peer)
      connections[peer.id]?.subscriptions[id] = nil
      dropShapers(of: id, on: peer.id)
    }
    replyOK(.unsubscribeReply, to: message.header.bytes, on: peer.id)
  }

  /// The events socket has read a subscription: a topic is admitted when it is one, a nonce confirms what came before it on the
  /// same pipe, and anything else (an empty prefix, say) gets nothing.
  mutating func subscriptionArrived(_ topic: String) {
    if eventsByTopic[topic] != nil { return effects.append(.admit(topic: topic)) }
    guard let awaited = nonces.removeValue(forKey: topic),
      let subscription = connections[awaited.connection]?.subscriptions[awaited.subscription],
      !subscription.isConfirmed
    else { return }
    connections[awaited.connection]?.subscriptions[awaited.subscription]?.isConfirmed = true
    send(
      .subscribed, to: awaited.connection, parent: subscription.request,
      content: FrameBytes(json: ["subscription": .string(subscription.id)]))
    guard let plugin = connections[awaited.connection]?.peer.plugin else { return }
    deliverRetained(to: subscription, of: plugin)
    if subscription.shape == nil, hasDurableEvents(subscription.pattern) {
      effects.append(.keep(plugin: plugin, pattern: subscription.pattern.text))
    }
  }

  /// A new event is offered to those whose patterns match it.
  mutating func offerToSubscribers(_ record: EventRecord) {
    guard record.settings.delivery == .broadcast else { return }
    let topic = record.topic
    for (id, connection) in connections {
      for subscription in connection.subscriptions.values
      where subscription.shape == nil && subscription.pattern.matches(topic.event) {
        let content = offer([topic], removing: [], for: subscription.id, on: id)
        send(.subscriptionUpdate, to: id, content: content)
      }
    }
  }

  /// An event is declared no more: those who subscribed to it leave its topic.
  mutating func takeFromSubscribers(_ record: EventRecord) {
    let topic = record.topic
    for (id, connection) in connections.sorted(by: { $0.key.number < $1.key.number }) {
      for subscription in connection.subscriptions.values.sorted(by: { $0.id < $1.id })
      where subscription.shape == nil && subscription.pattern.matches(topic.event) {
        let content = offer([], removing: [topic], for: subscription.id, on: id)
        send(.subscriptionUpdate, to: id, content: content)
      }
    }
  }

  /// The events that a peer gets, by name.
  func subscribedEvents(of id: ConnectionID) -> [String] {
    guard let subscriptions = connections[id]?.subscriptions.values else { return [] }
    let topics = subscriptions.flatMap { self.topics(for: $0) }
    return Set(topics.map(\.event)).sorted()
  }

  /// Reads and checks what a `subscribe` asks for.
  func subscription(
    from message: IncomingMessage, on peer: Peer
  ) throws(OutcomeError) -> Subscription {
    guard let id = contentString(message, "subscription"),
      let text = contentString(message, "pattern")
    else { throw .malformed("subscribe needs content.subscription and content.pattern") }
    let pattern: NamePattern
    do { pattern = try NamePattern(text, .event) } catch {
      throw .malformed(error.description)
    }
    if pattern.isName, events[text] == nil { throw unknownEvent(text) }
    try checkPermission(toSubscribe: pattern, by: peer)
    return Subscription(
      id: id, pattern: pattern, request: message.header.bytes, shape: try shape(in: message))
  }

  private func shape(in message: IncomingMessage) throws(OutcomeError) -> Shape? {
    guard let value = content(message)?["shape"], !value.isNull else { return nil }
    do throws(ManifestProblem) {
      let object = try ManifestObject(value, at: JSONPointer(["shape"]), keys: Shape.names)
      return try Shape(readingFrom: object.object, at: object.pointer)
    } catch {
      throw .malformed("\(error.pointer): \(error.message)")
    }
  }

  private func hasDurableEvents(_ pattern: NamePattern) -> Bool {
    events.contains { $0.value.settings.delivery == .durable && pattern.matches($0.key) }
  }

  /// A subscription that is disposed of, and not merely lost with its kernel, wants nothing kept for it.
  private mutating func forgetDurable(_ subscription: Subscription, of peer: Peer) {
    guard let plugin = peer.plugin, subscription.shape == nil,
      hasDurableEvents(subscription.pattern)
    else { return }
    let others = connections[peer.id]?.subscriptions.values.contains {
      $0.id != subscription.id && $0.shape == nil && $0.pattern == subscription.pattern
    }
    guard others != true else { return }
    effects.append(.forget(plugin: plugin, pattern: subscription.pattern.text))
  }

  /// The topics of a plain subscription; the events of one with a shape come directed.
  private func topics(for subscription: Subscription) -> [Topic] {
    guard subscription.shape == nil else { return [] }
    return events.values.filter {
      $0.settings.delivery == .broadcast && subscription.pattern.matches($0.topic.event)
    }.map(\.topic)
  }

  private mutating func offer(
    _ topics: [Topic], removing: [Topic], for subscription: String, on id: ConnectionID
  ) -> FrameBytes {
    let nonce = random.token()
    nonces[nonce] = AwaitedNonce(connection: id, subscription: subscription)
    let list = JSONValue.array(
      topics.sorted { $0.event < $1.event }.map { topic in
        [
          "event": .string(topic.event), "topic": .string(topic.topic), "key": .string(topic.key),
        ]
      })
    return FrameBytes(
      json: [
        "subscription": .string(subscription), "topics": list, "add": list,
        "remove": JSONValue(removing.map(\.topic).sorted()),
        "nonce": .string(nonce),
      ])
  }
}
