/// A subscription of a client's: it ends when nobody holds on to it any more.
final class EventSource: Sendable {
  let client: Client
  let id: String
  let feed: MessageFeed

  init(client: Client, id: String, feed: MessageFeed) {
    self.client = client
    self.id = id
    self.feed = feed
  }

  deinit {
    let (client, id) = (client, id)
    Task { await client.endListening(id) }
  }

  /// The next message; a final one when nothing follows. Cancelling the task ends the subscription.
  func next() async -> ClientMessage {
    await withTaskCancellationHandler {
      await feed.next()
    } onCancel: {
      let (client, id) = (client, id)
      Task { await client.endListening(id) }
    }
  }
}
