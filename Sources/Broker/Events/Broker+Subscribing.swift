import KernelProtocol

extension Broker {
  /// A plugin subscribes: it gets the topics, and a nonce that will confirm them (9-contract, "Subscribing, exactly").
  mutating func receiveSubscribe(_ message: IncomingMessage, from peer: Peer) {
    do throws(OutcomeError) {
      let subscription = try subscription(from: message, on: peer)
      connections[peer.id]?.subscriptions[subscription.id] = subscription
      let topics = events.filter { subscription.pattern.matches($0.key) }.values.map(\.topic)
      let content = offer(topics, removing: [], for: subscription.id, on: peer.id)
      replyOK(.subscribeReply, to: subscription.request, on: peer.id, content: content)
    } catch {
      reply(.subscribeReply, to: message.header.bytes, on: peer.id, error)
    }
  }

  /// A plugin takes a subscription back.
  mutating func receiveUnsubscribe(_ message: IncomingMessage, from peer: Peer) {
    if let id = contentString(message, "subscription") {
      connections[peer.id]?.subscriptions[id] = nil
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
  }

  /// A new event is offered to those whose patterns match it.
  mutating func offerToSubscribers(_ topic: Topic) {
    for (id, connection) in connections {
      for subscription in connection.subscriptions.values
      where subscription.pattern.matches(topic.event) {
        let content = offer([topic], removing: [], for: subscription.id, on: id)
        send(.subscriptionUpdate, to: id, content: content)
      }
    }
  }

  /// The events that a peer gets, by name.
  func subscribedEvents(of id: ConnectionID) -> [String] {
    guard let subscriptions = connections[id]?.subscriptions.values else { return [] }
    return events.keys.filter { name in subscriptions.contains { $0.pattern.matches(name) } }
      .sorted()
  }

  private func subscription(
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
    return Subscription(id: id, pattern: pattern, request: message.header.bytes)
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
        "subscription": .string(subscription), "topics": list, "add": list, "remove": [],
        "nonce": .string(nonce),
      ])
  }
}
