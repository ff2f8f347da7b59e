import GRDB

extension Store {
  /// Events that were given up, with the error of their last attempt, the oldest first.
  ///
  /// - Parameters:
  ///   - last: the last one of the page before; an event may be dead for several subscribers.
  ///   - limit: how many at most.
  public func deadLetters(
    after last: DurableDelivery? = nil, limit: Int = 100
  ) async throws(StoreError) -> [DurableDelivery] {
    try await read("list dead letters") { database in
      try database.deliveries(
        where: "is_dead AND (event, subscriber) > (?, ?) ORDER BY event, subscriber LIMIT ?",
        [last?.number ?? 0, last?.subscriberNumber ?? 0, limit])
    }
  }

  /// Has a dead letter delivered again, as if for the first time.
  ///
  /// - Returns: false when there is no such dead letter.
  public func retryDeadLetter(
    _ number: Int64, of subscriber: DurableSubscriber
  ) async throws(StoreError) -> Bool {
    try await write("retry a dead letter of \(subscriber.plugin)") { database in
      guard let id = try database.subscriberID(subscriber) else { return false }
      try database.execute(
        sql: """
          UPDATE deliveries SET is_dead = 0, attempts = 0, next_try = 0
          WHERE subscriber = ? AND event = ? AND is_dead
          """, arguments: [id, number])
      return database.changesCount > 0
    }
  }

  /// Deletes a dead letter.
  ///
  /// - Returns: false when there is no such dead letter.
  public func dropDeadLetter(
    _ number: Int64, of subscriber: DurableSubscriber
  ) async throws(StoreError) -> Bool {
    try await write("drop a dead letter of \(subscriber.plugin)") { database in
      guard let id = try database.subscriberID(subscriber),
        try Bool.fetchOne(
          database, sql: "SELECT is_dead FROM deliveries WHERE subscriber = ? AND event = ?",
          arguments: [id, number]) == true
      else { return false }
      return try database.endDelivery(number, subscriber: id)
    }
  }
}
