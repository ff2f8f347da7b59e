import GRDB
import KernelProtocol

extension Store {
  /// Makes sure that a subscriber is known: events appended from now on are kept for it, also while its plugin is down.
  ///
  /// - Throws: ``StoreError/Code/invalid`` when the pattern is none.
  public func subscribe(_ subscriber: DurableSubscriber) async throws(StoreError) {
    do throws(NameError) {
      _ = try NamePattern(subscriber.pattern, .event)
    } catch {
      throw StoreError(
        .invalid, operation: "subscribe \(subscriber.plugin)", cause: "\(error)",
        advice: "Name an event, or a pattern such as order:*.")
    }
    try await write("subscribe \(subscriber.plugin) to \(subscriber.pattern)") { database in
      try database.execute(
        sql: "INSERT OR IGNORE INTO subscribers (tenant, plugin, pattern) VALUES (?, ?, ?)",
        arguments: [subscriber.tenant, subscriber.plugin, subscriber.pattern])
    }
  }

  /// Forgets a subscriber, with all that was kept for it alone, dead letters too.
  ///
  /// - Returns: whether it was known.
  @discardableResult
  public func unsubscribe(_ subscriber: DurableSubscriber) async throws(StoreError) -> Bool {
    try await write("unsubscribe \(subscriber.plugin) from \(subscriber.pattern)") { database in
      guard let id = try database.subscriberID(subscriber) else { return false }
      let events = try Int64.fetchAll(
        database, sql: "SELECT event FROM deliveries WHERE subscriber = ?", arguments: [id])
      try database.execute(sql: "DELETE FROM subscribers WHERE id = ?", arguments: [id])
      for event in events { try database.deleteEventIfDone(event) }
      return true
    }
  }

  /// All subscribers, by tenant, plugin and pattern.
  public func subscribers() async throws(StoreError) -> [DurableSubscriber] {
    try await read("list subscribers") { database in
      try Row.fetchAll(
        database, sql: "SELECT tenant, plugin, pattern FROM subscribers ORDER BY 1, 2, 3"
      ).map { DurableSubscriber(tenant: $0[0], plugin: $0[1], pattern: $0[2]) }
    }
  }
}
