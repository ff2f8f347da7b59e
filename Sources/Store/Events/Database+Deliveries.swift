import GRDB

import struct Foundation.Data

/// The statements of deliveries.
extension Database {
  func subscriberID(_ subscriber: DurableSubscriber) throws -> Int64? {
    try Int64.fetchOne(
      cachedStatement(
        sql: "SELECT id FROM subscribers WHERE tenant = ? AND plugin = ? AND pattern = ?"),
      arguments: [subscriber.tenant, subscriber.plugin, subscriber.pattern])
  }

  /// Deliveries with their events and subscribers.
  func deliveries(
    where condition: String, _ arguments: StatementArguments
  ) throws -> [DurableDelivery] {
    let statement = try cachedStatement(
      sql: """
        SELECT number, events.id, events.tenant, name, payload, metadata, plugin, pattern,
          attempts, next_try, error, subscribers.id
        FROM deliveries JOIN events ON number = event JOIN subscribers ON subscribers.id = subscriber
        WHERE \(condition)
        """)
    return try Row.fetchAll(statement, arguments: arguments).map(DurableDelivery.init(row:))
  }

  /// Deletes a delivery, and its event with the last of them.
  ///
  /// - Returns: false when there is no such delivery.
  func endDelivery(_ number: Int64, subscriber: Int64) throws -> Bool {
    try cachedStatement(sql: "DELETE FROM deliveries WHERE subscriber = ? AND event = ?")
      .execute(arguments: [subscriber, number])
    let wasThere = changesCount > 0
    if wasThere { try deleteEventIfDone(number) }
    return wasThere
  }

  /// Deletes an event that nobody waits for any more; its id stays in the deduplication window.
  func deleteEventIfDone(_ number: Int64) throws {
    let size = try Int.fetchOne(
      cachedStatement(
        sql: """
          DELETE FROM events WHERE number = ?1
            AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event = ?1)
          RETURNING length(payload) + length(metadata)
          """), arguments: [number])
    if let size { try addEventBytes(-size) }
  }

  /// Moves the count that the quota looks at.
  func addEventBytes(_ count: Int) throws {
    try cachedStatement(sql: "UPDATE counters SET value = value + ? WHERE name = 'event_bytes'")
      .execute(arguments: [count])
  }
}

extension DurableDelivery {
  fileprivate init(row: Row) {
    let (payload, metadata): (Data, Data) = (row[4], row[5])
    self.init(
      event: DurableEvent(
        id: row[1], tenant: row[2], name: row[3], payload: [UInt8](payload),
        metadata: [UInt8](metadata)),
      subscriber: DurableSubscriber(tenant: row[2], plugin: row[6], pattern: row[7]),
      number: row[0], subscriberNumber: row[11], attempts: row[8], nextTry: row[9],
      lastError: row[10])
  }
}
