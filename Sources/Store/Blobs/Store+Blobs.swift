import Crypto
import GRDB

import struct Foundation.Data

extension Store {
  /// Stores bytes once, however often they are put, and holds them for a namespace.
  public func putBlob(
    _ bytes: [UInt8], in namespace: StorageNamespace
  ) async throws(StoreError) -> BlobReference {
    guard bytes.count <= options.blobLimit else {
      throw StoreError(
        .tooLarge, operation: "store a blob",
        cause: "it has \(bytes.count) bytes, and \(options.blobLimit) is the limit",
        advice: "Store it in parts.")
    }
    return try await write("store a blob") { database in
      let hash = Data(SHA256.hash(data: bytes))
      try database.insertBlob(hash, Data(bytes), holder: namespace)
      return BlobReference(hash: [UInt8](hash), size: bytes.count)
    }
  }

  /// The bytes that a reference stands for. All plugins of a tenant that have the reference may read them.
  ///
  /// - Throws: ``StoreError/Code/stale`` when nobody of the tenant holds them any more.
  public func blob(
    _ reference: BlobReference, tenant: String
  ) async throws(StoreError) -> [UInt8] {
    let bytes = try await read("read the blob \(reference.name)") { database in
      try Data.fetchOne(
        database.cachedStatement(
          sql: """
            SELECT bytes FROM blobs WHERE hash = ?1 AND EXISTS
              (SELECT 1 FROM blob_holders WHERE hash = ?1 AND tenant = ?2)
            """),
        arguments: [Data(reference.hash), tenant])
    }
    guard let bytes, bytes.count == reference.size else {
      throw StoreError(
        .stale, operation: "read the blob \(reference.name)",
        cause: bytes == nil ? "it was deleted or never stored" : "it has another size",
        advice: "Put the bytes again and use the new reference.")
    }
    return [UInt8](bytes)
  }

  /// Lets a blob go: it is deleted when no other namespace holds it.
  ///
  /// - Returns: whether the namespace held it.
  @discardableResult
  public func releaseBlob(
    _ reference: BlobReference, in namespace: StorageNamespace
  ) async throws(StoreError) -> Bool {
    try await write("release the blob \(reference.name)") { database in
      try database.execute(
        sql: "DELETE FROM blob_holders WHERE tenant = ? AND owner = ? AND hash = ?",
        of: namespace, Data(reference.hash))
      let wasHeld = database.changesCount > 0
      try database.deleteFreeBlobs()
      return wasHeld
    }
  }

  /// Lets those blobs go that a namespace holds and that no value of it refers to any more.
  ///
  /// - Parameter seconds: the age from which a blob is looked at: one that was put just now may be about to be referred to.
  /// - Returns: how many were let go.
  @discardableResult
  public func collectBlobs(
    in namespace: StorageNamespace, olderThan seconds: Double = 60 * 60
  ) async throws(StoreError) -> Int {
    try await write("collect blobs") { database in
      let before = WallTime.now() - WallTime.nanoseconds(seconds)
      let used = try database.blobReferences(in: namespace)
      let held = try database.blobsHeld(by: namespace, before: before)
      let unused = held.filter { !used.contains([UInt8]($0)) }
      for hash in unused {
        try database.execute(
          sql: "DELETE FROM blob_holders WHERE tenant = ? AND owner = ? AND hash = ?",
          of: namespace, hash)
      }
      try database.deleteFreeBlobs()
      return unused.count
    }
  }
}
