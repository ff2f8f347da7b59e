import GRDB

import struct Foundation.Data

extension Store {
  /// Stores bytes once, however often they are put, and holds them for a namespace.
  public func putBlob(
    _ bytes: [UInt8], in namespace: StorageNamespace
  ) async throws(StoreError) -> BlobReference {
    try await transaction("store a blob") { try $0.putBlob(bytes, in: namespace) }
  }

  /// The bytes that a reference stands for. All plugins of a tenant that have the reference may read them.
  ///
  /// - Throws: ``StoreError/Code/stale`` when nobody of the tenant holds them any more.
  public func blob(
    _ reference: BlobReference, tenant: String
  ) async throws(StoreError) -> [UInt8] {
    let bytes = try await read("read the blob \(reference.name)") {
      try $0.blob(Data(reference.hash), tenant: tenant)
    }
    guard let bytes, bytes.count == reference.size else {
      throw BlobReference.stale(
        reference.name,
        cause: bytes == nil ? "it was deleted or never stored" : "it has another size")
    }
    return bytes
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

  /// Lets those blobs go that nothing refers to any more: no value of any plugin of their tenant, and no durable event that has
  /// still to be delivered. Those that nobody holds then are deleted.
  ///
  /// - Parameter seconds: the age from which a blob is looked at: one that was put just now may be about to be referred to, or be
  ///   on its way to another plugin.
  /// - Returns: how many were let go.
  @discardableResult
  public func collectBlobs(olderThan seconds: Double) async throws(StoreError) -> Int {
    try await write("collect blobs") { database in
      let before = WallTime.now() - WallTime.nanoseconds(seconds)
      var count = 0
      for tenant in try database.tenantsWithBlobs(before: before) {
        let used = try database.blobReferences(ofTenant: tenant)
        for hash in try database.blobsHeld(inTenant: tenant, before: before)
        where !used.contains([UInt8](hash)) {
          count += try database.letGo(hash, ofTenant: tenant)
        }
      }
      if count > 0 { try database.deleteFreeBlobs() }
      return count
    }
  }
}
