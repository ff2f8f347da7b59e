public import KernelProtocol

extension Client {
  /// Subscribes to the events that a pattern matches, with payloads of a Swift type.
  ///
  /// ```swift
  /// for await order in try await client.events("order:*", as: Order.self) {
  ///   print(order.name, order.payload)
  /// }
  /// ```
  /// It is confirmed before it returns, so that no event which is emitted after is missed. Each event is acknowledged when the
  /// loop asks for the next. Leaving the loop, or cancelling its task, ends the subscription.
  ///
  /// - Parameters:
  ///   - pattern: an event, or a pattern: `*` is one segment, `**` at the end any number.
  ///   - buffer: how many events wait for a slow loop, and what happens to those beyond.
  ///   - confirms: whether emits with `confirm` wait for this loop; false for one that merely looks on.
  /// - Throws: `no_provider` for the exact name of an event that nobody declares.
  public func events<Payload: Decodable & Sendable>(
    _ pattern: String, as type: Payload.Type, buffer: EventBuffer = .waiting(1_000),
    confirms: Bool = true
  ) async throws(OutcomeError) -> EventStream<Payload> {
    let feed = MessageFeed()
    let id = nextListener()
    listeners[id] = feed
    let content: JSONValue = [
      "subscription": .string(id), "pattern": .string(pattern), "limit": JSONValue(buffer.limit),
      "overflow": .string(buffer.overflow.rawValue), "confirms": .bool(confirms),
    ]
    do throws(OutcomeError) {
      _ = try await reply(to: .subscribe, metadata: [:], content: content).result()
    } catch {
      listeners[id] = nil
      throw error
    }
    return EventStream(EventSource(client: self, id: id, feed: feed))
  }

  /// An event for one of the subscriptions.
  func receiveEvent(_ envelope: Envelope) {
    let message = ClientMessage(envelope)
    guard let id = message.metadata["subscriptions"]?.arrayValue?.first?.stringValue else { return }
    listeners[id]?.append(message)
  }

  /// A loop has done with an event, or could not use it.
  func acknowledge(_ event: FrameBytes, _ error: OutcomeError? = nil) {
    let outcome = error?.outcome ?? .ok
    tell(
      .eventReply, parent: event, metadata: ["outcome": .string(outcome.rawValue)],
      content: error?.wire() ?? ["handlers": 1])
  }

  /// A loop was left; whoever waits for the next event gets none.
  func endListening(_ id: String) {
    guard let feed = listeners.removeValue(forKey: id) else { return }
    tell(
      .unsubscribe, parent: Envelope.emptyObject, content: ["subscription": .string(id)])
    feed.append(ClientMessage(.cancelled(reason: "the loop was left")))
  }
}
