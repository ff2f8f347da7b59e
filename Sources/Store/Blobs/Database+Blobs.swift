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

  func blobsHeld(by namespace: StorageNamespace, before time: Int64) throws -> [Data] {
    try Data.fetchAll(
      self,
      sql: "SELECT hash FROM blob_holders WHERE tenant = ? AND owner = ? AND held_at <= ?",
      arguments: [namespace.tenant, namespace.owner, time])
  }

  /// The hashes of all references in a namespace's values.
  func blobReferences(in namespace: StorageNamespace) throws -> Set<[UInt8]> {
    let values = try Data.fetchCursor(
      self,
      sql: """
        SELECT value FROM storage
        WHERE tenant = ? AND owner = ? AND instr(value, CAST('sha256:' AS BLOB)) > 0
        """, arguments: [namespace.tenant, namespace.owner])
    var hashes: Set<[UInt8]> = []
    while let value = try values.next() {
      try JSONParser().parse([UInt8](value)).collectReferences(into: &hashes)
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
    if let reference = BlobReference(json: self) { hashes.insert(reference.hash) }
    for element in arrayValue ?? [] { element.collectReferences(into: &hashes) }
    for member in objectValue ?? [:] { member.value.collectReferences(into: &hashes) }
  }
}
