import KernelProtocol

/// The items of a streaming call as values of a Swift type; see ``ItemStream``.
public struct TypedItemStream<Item: Decodable & Sendable>: AsyncSequence, Sendable {
  let items: ItemStream

  public func makeAsyncIterator() -> Iterator { Iterator(items: items.makeAsyncIterator()) }

  /// Gives the call up, for those who took none of its items.
  public func cancel() async { await items.cancel() }

  /// Takes the items one by one.
  public struct Iterator: AsyncIteratorProtocol {
    var items: ItemStream.Iterator

    /// The next item; nil at the end.
    ///
    /// - Throws: the outcome, when it is another than ok, and `invalid_reply` for an item that is no `Item`.
    public mutating func next() async throws -> Item? {
      try await items.next()?.decode(Item.self)
    }
  }
}
