import Crypto
import GRDB
import KernelProtocol

import struct Foundation.Data

/// The statements of blobs.
extension Database {
  func putBlob(
    _ bytes: [UInt8], holder: StorageNamespace, limit: Int
  ) throws -> BlobReference {
    guard bytes.count <= limit else {
      throw StoreError(
        .tooLarge, operation: "store a blob",
        cause: "it has \(bytes.count) bytes, and \(limit) is the limit",
        advice: "Store it in parts.")
    }
    let hash = Data(SHA256.hash(data: bytes))
    try insertBlob(hash, Data(bytes), holder: holder)
    return BlobReference(hash: [UInt8](hash), size: bytes.count)
  }

  /// The bytes with a hash; nil when nobody of the tenant holds them.
  func blob(_ hash: Data, tenant: String) throws -> [UInt8]? {
    let statement = try cachedStatement(
      sql: """
        SELECT bytes FROM blobs WHERE hash = ?1 AND EXISTS
          (SELECT 1 FROM blob_holders WHERE hash = ?1 AND tenant = ?2)
        """)
    return try Data.fetchOne(statement, arguments: [hash, tenant]).map { [UInt8]($0) }
  }

  private func insertBlob(_ hash: Data, _ bytes: Data, holder: StorageNamespace) throws {
    try cachedStatement(sql: "INSERT OR IGNORE INTO blobs (hash, bytes) VALUES (?, ?)")
      .execute(arguments: [hash, bytes])
    try execute(
      sql: """
        INSERT INTO blob_holders (tenant, owner, hash, held_at) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET held_at = excluded.held_at
        """, of: holder, hash, WallTime.now())
  }

  /// The tenants that hold blobs since before a time.
  func tenantsWithBlobs(before time: Int64) throws -> [String] {
    try String.fetchAll(
      self, sql: "SELECT DISTINCT tenant FROM blob_holders WHERE held_at <= ?", arguments: [time])
  }

  /// What a tenant's plugins hold since before a time and none of them has put anew.
  func blobsHeld(inTenant tenant: String, before time: Int64) throws -> [Data] {
    try Data.fetchAll(
      self,
      sql: "SELECT hash FROM blob_holders WHERE tenant = ? GROUP BY hash HAVING max(held_at) <= ?",
      arguments: [tenant, time])
  }

  /// Has all plugins of a tenant let a blob go.
  ///
  /// - Returns: how many have held it.
  func letGo(_ hash: Data, ofTenant tenant: String) throws -> Int {
    try cachedStatement(sql: "DELETE FROM blob_holders WHERE tenant = ? AND hash = ?")
      .execute(arguments: [tenant, hash])
    return changesCount
  }

  /// The hashes of all references in a tenant's values, and in its durable events that are still kept.
  func blobReferences(ofTenant tenant: String) throws -> Set<[UInt8]> {
    let texts = try Data.fetchCursor(
      self,
      sql: """
        SELECT value FROM storage
        WHERE tenant = ?1 AND instr(value, CAST('sha256:' AS BLOB)) > 0
        UNION ALL
        SELECT payload FROM events
        WHERE tenant = ?1 AND instr(payload, CAST('sha256:' AS BLOB)) > 0
        """, arguments: [tenant])
    var hashes: Set<[UInt8]> = []
    while let text = try texts.next() {
      try JSONParser().parse([UInt8](text)).collectReferences(into: &hashes)
    }
    return hashes
  }

  /// Deletes the blobs that nobody holds.
  func deleteFreeBlobs() throws {
    try execute(
      sql: "DELETE FROM blobs WHERE hash NOT IN (SELECT hash FROM blob_holders)")
  }
}

extension JSONValue {
  fileprivate func collectReferences(into hashes: inout Set<[UInt8]>) {
    // Also a text that is but the name of one: it may be all that a plugin keeps.
    if let hash = stringValue.flatMap(BlobReference.hash) { hashes.insert([UInt8](hash)) }
    for element in arrayValue ?? [] { element.collectReferences(into: &hashes) }
    for member in objectValue ?? [:] { member.value.collectReferences(into: &hashes) }
  }
}
