import GRDB

extension Store {
  /// The events that a subscriber has not acknowledged, in the order in which they were stored; also after a crash.
  ///
  /// - Parameters:
  ///   - after: the ``DurableDelivery/number`` of the last of the page before.
  ///   - limit: how many at most.
  public func pendingDeliveries(
    to subscriber: DurableSubscriber, after: Int64 = 0, limit: Int = 100
  ) async throws(StoreError) -> [DurableDelivery] {
    try await read("read the events for \(subscriber.plugin)") { database in
      try database.deliveries(
        where: """
          NOT is_dead AND subscriber =
            (SELECT id FROM subscribers WHERE tenant = ? AND plugin = ? AND pattern = ?)
          AND event > ? ORDER BY event LIMIT ?
          """, [subscriber.tenant, subscriber.plugin, subscriber.pattern, after, limit])
    }
  }

  /// Counts an attempt, before it is made: so those that end the orchestrator count too.
  ///
  /// - Returns: its number, from 1; nil when there is nothing to deliver any more.
  public func beginAttempt(
    _ number: Int64, to subscriber: DurableSubscriber
  ) async throws(StoreError) -> Int? {
    try await write("begin a delivery to \(subscriber.plugin)") { database in
      guard let id = try database.subscriberID(subscriber) else { return nil }
      return try Int.fetchOne(
        database.cachedStatement(
          sql: """
            UPDATE deliveries SET attempts = attempts + 1
            WHERE subscriber = ? AND event = ? AND NOT is_dead RETURNING attempts
            """), arguments: [id, number])
    }
  }

  /// The subscriber has dealt with an event: it never gets it again.
  ///
  /// - Returns: false when it had done so before.
  @discardableResult
  public func acknowledge(
    _ number: Int64, by subscriber: DurableSubscriber
  ) async throws(StoreError) -> Bool {
    try await write("acknowledge an event of \(subscriber.plugin)") { database in
      guard let id = try database.subscriberID(subscriber) else { return false }
      return try database.endDelivery(number, subscriber: id)
    }
  }

  /// The subscriber has failed on an event.
  ///
  /// - Parameters:
  ///   - error: what with, for people.
  ///   - seconds: after which it is to be tried again; nil makes it a dead letter.
  public func fail(
    _ number: Int64, of subscriber: DurableSubscriber, error: String, retryAfter seconds: Double?
  ) async throws(StoreError) {
    try await write("note a failed delivery to \(subscriber.plugin)") { database in
      guard let id = try database.subscriberID(subscriber) else { return }
      let next = seconds.map { WallTime.now() + WallTime.nanoseconds($0) } ?? 0
      try database.cachedStatement(
        sql: """
          UPDATE deliveries SET error = ?, next_try = ?, is_dead = ?
          WHERE subscriber = ? AND event = ?
          """
      ).execute(arguments: [error, next, seconds == nil, id, number])
    }
  }
}
