import GRDB
import KernelProtocol

extension Store {
  /// Takes spans in, to be written soon, and returns at once: it never waits, and what the disk is too slow for is
  /// counted (``lostSpanCount``).
  ///
  /// - Parameters:
  ///   - count: how many there are.
  ///   - spans: makes them, on SQLite's queue, so that a caller in a hurry does not.
  public func record(count: Int, _ spans: @escaping @Sendable () -> [SpanRecord]) {
    guard count > 0, waitingSpans.enter(count, limit: options.waitingSpanLimit) else { return }
    let (backlog, options) = (waitingSpans, options)
    writes.submit(
      WriteJob(operation: "record spans", isDurable: false) { database in
        for span in spans() { try database.insert(span) }
        try database.trimSpans(limit: options.spanLimit, age: options.spanAge)
        return { backlog.leave(count, lost: false) }
      } fail: { _ in
        backlog.leave(count, lost: true)
      })
  }

  /// Spans that could not be kept.
  public var lostSpanCount: Int { waitingSpans.lost }

  /// Waits until all spans that were taken in are written.
  public func flush() async throws(StoreError) {
    try await write("write spans") { _ in }
  }

  /// The ids of the traces that had a span last, the latest first.
  ///
  /// - Parameter names: spans that make no trace worth showing while they end in `ok`.
  public func recentTraces(
    limit: Int = 20, without names: [String] = []
  ) async throws(StoreError) -> [String] {
    let marks = names.map { _ in "?" }.joined(separator: ", ")
    return try await read("list traces") { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT trace FROM spans GROUP BY trace
          HAVING max(outcome <> 'ok' OR name NOT IN (\(marks))) ORDER BY max(number) DESC LIMIT ?
          """, arguments: StatementArguments(names) + [limit])
    }
  }

  /// The ids that begin so, at most two: enough to tell whether an abbreviation is clear.
  public func traces(beginningWith prefix: String) async throws(StoreError) -> [String] {
    try await read("look for a trace") { database in
      try String.fetchAll(
        database,
        sql: "SELECT DISTINCT trace FROM spans WHERE substr(trace, 1, ?) = ? LIMIT 2",
        arguments: [prefix.utf8.count, prefix])
    }
  }

  /// The spans of a trace in the order in which they were asked for; none when it is not there any more.
  public func trace(_ id: String) async throws(StoreError) -> [SpanRecord] {
    try await read("read a trace") { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM spans WHERE trace = ? ORDER BY requested, number",
        arguments: [id]
      ).map(SpanRecord.init(row:))
    }
  }
}

extension Database {
  fileprivate func insert(_ span: SpanRecord) throws {
    try cachedStatement(
      sql: """
        INSERT INTO spans (trace, span, parent, name, plugin, language, caller, requested, started,
          ended, depth, outcome, message, opened)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      span.trace, Int64(bitPattern: span.span), span.parent.map(Int64.init(bitPattern:)),
      span.name, span.plugin, span.language, span.caller, span.requested, span.started,
      span.ended, span.depth, span.outcome.rawValue, span.message,
      span.openedFrames,
    ])
  }

  /// The table is a ring: the oldest spans go, by number and by age. Only its old end is looked at.
  fileprivate func trimSpans(limit: Int, age: Double) throws {
    try cachedStatement(
      sql: "DELETE FROM spans WHERE number <= (SELECT max(number) FROM spans) - ?"
    ).execute(arguments: [limit])
    let ended = try cachedStatement(sql: "SELECT ended FROM spans ORDER BY number LIMIT 1")
    let delete = try cachedStatement(
      sql: "DELETE FROM spans WHERE number = (SELECT min(number) FROM spans)")
    let oldest = WallTime.now() - WallTime.nanoseconds(age)
    while let time = try Int64.fetchOne(ended), time < oldest { try delete.execute() }
  }
}

extension SpanRecord {
  fileprivate init(row: Row) {
    let (span, parent): (Int64, Int64?) = (row["span"], row["parent"])
    let outcome: String = row["outcome"]
    self.init(
      trace: row["trace"], span: UInt64(bitPattern: span),
      parent: parent.map(UInt64.init(bitPattern:)), name: row["name"], plugin: row["plugin"],
      language: row["language"], caller: row["caller"], requested: row["requested"],
      started: row["started"], ended: row["ended"], depth: row["depth"],
      outcome: Outcome(rawValue: outcome) ?? .handlerError, message: row["message"],
      openedFrames: row["opened"])
  }
}
