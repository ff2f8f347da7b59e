import GRDB

import struct Foundation.Data

/// The statements of storage.
extension Database {
  /// Runs a statement whose first two arguments are a namespace.
  func execute(
    sql: String, of namespace: StorageNamespace, _ arguments: (any DatabaseValueConvertible)?...
  ) throws {
    let own: [(any DatabaseValueConvertible)?] = [namespace.tenant, namespace.owner]
    try cachedStatement(sql: sql).execute(arguments: StatementArguments(own + arguments))
  }

  func entry(_ key: Data, in namespace: StorageNamespace) throws -> StorageEntry? {
    let statement = try cachedStatement(
      sql: "SELECT key, value, version FROM storage WHERE tenant = ? AND owner = ? AND key = ?")
    return try Row.fetchOne(statement, arguments: [namespace.tenant, namespace.owner, key])
      .map(StorageEntry.init(row:))
  }

  func entries(
    prefix: Data, in namespace: StorageNamespace, after: Data?, limit: Int
  ) throws -> [StorageEntry] {
    let statement = try cachedStatement(
      sql: """
        SELECT key, value, version FROM storage
        WHERE tenant = ? AND owner = ? AND key >= ? AND key > ? ORDER BY key
        """)
    let rows = try Row.fetchCursor(
      statement, arguments: [namespace.tenant, namespace.owner, prefix, after ?? Data()])
    var entries: [StorageEntry] = []
    while entries.count < limit, let row = try rows.next() {
      let key: Data = row[0]
      guard key.starts(with: prefix) else { break }
      entries.append(StorageEntry(row: row))
    }
    return entries
  }

  /// - Returns: the new version.
  func store(_ value: [UInt8], for key: Data, in namespace: StorageNamespace) throws -> Int64 {
    let version = try nextVersion()
    try execute(
      sql: """
        INSERT INTO storage (tenant, owner, key, value, version) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET value = excluded.value, version = excluded.version
        """, of: namespace, key, Data(value), version)
    return version
  }

  /// - Returns: the version of the deletion; nil when there was no such key.
  func deleteEntry(_ key: Data, in namespace: StorageNamespace) throws -> Int64? {
    try execute(
      sql: "DELETE FROM storage WHERE tenant = ? AND owner = ? AND key = ?", of: namespace, key)
    return changesCount > 0 ? try nextVersion() : nil
  }

  /// One sequence for all keys: so a version never repeats, and a deleted key leaves nothing behind.
  private func nextVersion() throws -> Int64 {
    let statement = try cachedStatement(
      sql: "UPDATE counters SET value = value + 1 WHERE name = 'version' RETURNING value")
    return try Int64.fetchOne(statement) ?? 0
  }
}

extension StorageEntry {
  init(row: Row) {
    let (key, value): (Data, Data) = (row[0], row[1])
    self.init(
      key: String(decoding: key, as: UTF8.self), value: [UInt8](value), version: row[2])
  }
}
