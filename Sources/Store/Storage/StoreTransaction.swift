import GRDB

import struct Foundation.Data

/// The storage inside one transaction: what is asked of it is done at once, and all of it or nothing is written.
///
/// Use it only inside the closure that it is handed to.
public struct StoreTransaction {
  let database: Database
  let options: StoreOptions
  /// What was changed, for those who watch.
  private(set) var changes: [StorageChange] = []

  init(_ database: Database, options: StoreOptions) {
    self.database = database
    self.options = options
  }

  /// The value of a key; nil when there is none.
  public func get(_ key: String, in namespace: StorageNamespace) throws -> StorageEntry? {
    try database.entry(StorageKey.data(key), in: namespace)
  }

  /// Sets a key, whatever it was.
  ///
  /// - Parameter value: JSON.
  /// - Returns: the new version.
  public mutating func set(
    _ key: String, in namespace: StorageNamespace, to value: [UInt8]
  ) throws -> Int64 {
    let data = try StorageKey.data(key)
    try StorageKey.check(value, of: key, limit: options.valueLimit)
    let version = try database.store(value, for: data, in: namespace)
    note(key, value, version, namespace)
    return version
  }

  /// Sets a key if it is as expected.
  ///
  /// - Parameter value: JSON.
  public mutating func compareAndSet(
    _ key: String, in namespace: StorageNamespace, to value: [UInt8],
    expecting expectation: StorageExpectation
  ) throws -> StorageComparison {
    let current = try get(key, in: namespace)
    guard expectation.isMet(by: current) else { return .conflict(current) }
    return .stored(version: try set(key, in: namespace, to: value))
  }

  /// Deletes a key.
  ///
  /// - Returns: the version of the deletion; nil when there was no such key.
  public mutating func delete(_ key: String, in namespace: StorageNamespace) throws -> Int64? {
    guard let version = try database.deleteEntry(StorageKey.data(key), in: namespace) else {
      return nil
    }
    note(key, nil, version, namespace)
    return version
  }

  /// The keys that begin so, with their values, in the order of their bytes.
  ///
  /// - Parameters:
  ///   - after: the last key of the page before.
  ///   - limit: how many at most.
  public func list(
    prefix: String, in namespace: StorageNamespace, after: String? = nil, limit: Int = 1_000
  ) throws -> [StorageEntry] {
    try database.entries(
      prefix: Data(prefix.utf8), in: namespace, after: after.map { Data($0.utf8) }, limit: limit)
  }

  /// Stores bytes once, however often they are put, and holds them for a namespace.
  public func putBlob(
    _ bytes: [UInt8], in namespace: StorageNamespace
  ) throws -> BlobReference {
    try database.putBlob(bytes, holder: namespace, limit: options.blobLimit)
  }

  /// The bytes that a reference's name stands for.
  ///
  /// - Throws: ``StoreError/Code/stale`` when nobody of the tenant holds them any more.
  public func blob(named name: String, tenant: String) throws -> [UInt8] {
    guard let hash = BlobReference.hash(of: name) else {
      throw StoreError(
        .invalid, operation: "read the blob \(name.prefix(80))", cause: "that is no reference",
        advice: "A reference is sha256: and 64 hexadecimal digits.")
    }
    guard let bytes = try database.blob(hash, tenant: tenant) else {
      throw BlobReference.stale(name, cause: "it was deleted or never stored")
    }
    return bytes
  }

  private mutating func note(
    _ key: String, _ value: [UInt8]?, _ version: Int64, _ namespace: StorageNamespace
  ) {
    changes.append(
      StorageChange(namespace: namespace, key: key, value: value, version: version))
  }
}
