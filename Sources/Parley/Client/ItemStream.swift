import KernelProtocol

/// The items of a streaming call, asked for as they are taken: a slow reader slows the producer.
///
/// Leaving the loop early, or cancelling the task, cancels the call.
public struct ItemStream: AsyncSequence, Sendable {
  /// How many items may be on their way.
  static let window = 64

  let client: Client
  let id: String
  let feed: MessageFeed

  public func makeAsyncIterator() -> Iterator { Iterator(stream: self) }

  /// Gives the call up, for those who took none of its items.
  public func cancel() async { await client.cancel(id) }

  /// Takes the items one by one.
  public struct Iterator: AsyncIteratorProtocol {
    private let stream: ItemStream
    private let guardian: Guardian
    private var taken = 0

    init(stream: ItemStream) {
      self.stream = stream
      guardian = Guardian(stream: stream)
    }

    /// The next item; nil at the end.
    ///
    /// - Throws: the outcome, when it is another than ok.
    public mutating func next() async throws -> CallReply? {
      guard !guardian.hasEnded else { return nil }
      let stream = stream
      let message = await withTaskCancellationHandler {
        await stream.feed.next()
      } onCancel: {
        Task { await stream.client.cancel(stream.id) }
      }
      guard !message.isFinal else {
        guardian.hasEnded = true
        _ = try message.result()
        return nil
      }
      taken += 1
      if taken.isMultiple(of: ItemStream.window / 2) {
        await stream.client.grant(ItemStream.window / 2, to: stream.id)
      }
      return try CallReply(message)
    }
  }

  /// Notices that the loop was left: it is released with the iterator.
  private final class Guardian {
    private let stream: ItemStream
    var hasEnded = false

    init(stream: ItemStream) { self.stream = stream }

    deinit {
      guard !hasEnded else { return }
      let stream = stream
      Task { await stream.client.cancel(stream.id) }
    }
  }
}
