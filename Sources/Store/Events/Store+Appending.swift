import GRDB

import struct Foundation.Data

extension Store {
  /// Stores an event for every subscriber whose pattern matches; when it returns, the event survives a crash.
  ///
  /// Many appends at once cost one sync of the disk together; what an actor appends one after the other is stored in that
  /// order.
  ///
  /// - Throws: ``StoreError/Code/rejected`` when the quota is used up.
  public func append(
    _ event: DurableEvent, isolation: isolated (any Actor)? = #isolation
  ) async throws(StoreError) -> AppendOutcome {
    let (options, patterns) = (options, patterns)
    return try await write("store the event \(event.name)") { database in
      let now = WallTime.now()
      if event.remembersID {
        try database.forgetSeen(
          event, before: now - WallTime.nanoseconds(options.deduplicationAge))
        guard try database.remember(event, at: now) else { return .duplicate }
        try database.forgetSeen(event, beyond: options.deduplicationCount)
      }
      let subscribers = try database.subscribers(of: event, patterns)
      guard !subscribers.isEmpty else { return .stored(subscribers: 0) }
      try database.reserve(event, quota: options.eventQuota)
      try database.insert(event, for: subscribers, at: now)
      return .stored(subscribers: subscribers.count)
    }
  }
}

extension Database {
  /// Enters an event's id into the deduplication window.
  ///
  /// - Returns: false when it is there already.
  fileprivate func remember(_ event: DurableEvent, at now: Int64) throws -> Bool {
    try cachedStatement(
      sql: """
        INSERT OR IGNORE INTO seen_events
        SELECT ?1, ?2, coalesce(max(position), 0) + 1, ?3, ?4
        FROM seen_events WHERE tenant = ?1 AND name = ?2
        """
    ).execute(arguments: [event.tenant, event.name, event.id, now])
    return changesCount > 0
  }

  /// The window is in the order of the clock, so the oldest are the first: only those are looked at.
  fileprivate func forgetSeen(_ event: DurableEvent, before time: Int64) throws {
    let oldest = try cachedStatement(
      sql: """
        SELECT position, seen_at FROM seen_events WHERE tenant = ? AND name = ?
        ORDER BY position LIMIT 1
        """)
    let delete = try cachedStatement(
      sql: "DELETE FROM seen_events WHERE tenant = ? AND name = ? AND position = ?")
    while let row = try Row.fetchOne(oldest, arguments: [event.tenant, event.name]),
      row[1] < time
    {
      try delete.execute(arguments: [event.tenant, event.name, row[0] as Int64])
    }
  }

  fileprivate func forgetSeen(_ event: DurableEvent, beyond count: Int) throws {
    try cachedStatement(
      sql: """
        DELETE FROM seen_events WHERE tenant = ?1 AND name = ?2 AND position <=
          (SELECT max(position) FROM seen_events WHERE tenant = ?1 AND name = ?2) - ?3
        """
    ).execute(arguments: [event.tenant, event.name, count])
  }

  /// The ids of those who get the event.
  fileprivate func subscribers(
    of event: DurableEvent, _ patterns: PatternCache
  ) throws -> [Int64] {
    let statement = try cachedStatement(
      sql: "SELECT id, pattern FROM subscribers WHERE tenant = ? ORDER BY id")
    return try Row.fetchAll(statement, arguments: [event.tenant])
      .filter { patterns.matches($0[1], event.name) }.map { $0[0] }
  }

  fileprivate func reserve(_ event: DurableEvent, quota: Int) throws {
    try addEventBytes(event.size)
    let bytes = try Int.fetchOne(
      cachedStatement(sql: "SELECT value FROM counters WHERE name = 'event_bytes'"))
    guard let bytes, bytes <= quota else {
      let waiting = (bytes ?? 0) - event.size
      throw StoreError(
        .rejected, operation: "store the event \(event.name)",
        cause: "events that wait take \(waiting) bytes, and \(quota) is the quota",
        advice: "Start the plugins that they wait for, or see `parley dead-letters`.")
    }
  }

  fileprivate func insert(
    _ event: DurableEvent, for subscribers: [Int64], at now: Int64
  ) throws {
    try cachedStatement(
      sql: """
        INSERT INTO events (id, tenant, name, payload, metadata, stored_at)
        VALUES (?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      event.id, event.tenant, event.name, Data(event.payload), Data(event.metadata), now,
    ])
    let number = lastInsertedRowID
    let statement = try cachedStatement(
      sql: "INSERT INTO deliveries (subscriber, event) VALUES (?, ?)")
    for subscriber in subscribers { try statement.execute(arguments: [subscriber, number]) }
  }
}
