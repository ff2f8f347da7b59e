import KernelProtocol

/// The events of a subscription, one by one; for one loop.
///
/// An event whose payload is no `Payload` is handed back with `invalid_payload`, as if its handler had failed, and the loop goes
/// on with the next. It ends with the orchestrator.
public struct EventStream<Payload: Decodable & Sendable>: AsyncSequence, Sendable {
  private let source: EventSource

  init(_ source: EventSource) { self.source = source }

  public func makeAsyncIterator() -> Iterator { Iterator(source: source) }

  /// Takes the events, and acknowledges each when it is asked for the next.
  public struct Iterator: AsyncIteratorProtocol {
    let source: EventSource
    private var last: FrameBytes?
    private var hasEnded = false

    init(source: EventSource) { self.source = source }

    /// The next event; nil when the subscription has ended.
    public mutating func next() async -> Event<Payload>? {
      if let last { await source.client.acknowledge(last) }
      last = nil
      while !hasEnded {
        let message = await source.next()
        guard !message.isFinal else {
          hasEnded = true
          return nil
        }
        do throws(OutcomeError) {
          let event = try Event<Payload>(message)
          last = message.header
          return event
        } catch {
          await source.client.acknowledge(message.header, error)
        }
      }
      return nil
    }
  }
}
