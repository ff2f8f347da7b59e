import GRDB

import struct Foundation.Data

extension Store {
  /// The value of a key; nil when there is none.
  public func get(
    _ key: String, in namespace: StorageNamespace
  ) async throws(StoreError) -> StorageEntry? {
    let data = try StorageKey.data(key)
    return try await read("read the key \(key)") { try $0.entry(data, in: namespace) }
  }

  /// Sets a key, whatever it was.
  ///
  /// - Parameter value: JSON.
  /// - Returns: the new version.
  @discardableResult
  public func set(
    _ key: String, in namespace: StorageNamespace, to value: [UInt8]
  ) async throws(StoreError) -> Int64 {
    let data = try StorageKey.data(key)
    try StorageKey.check(value, of: key, limit: options.valueLimit)
    return try await write("store the key \(key)") {
      try $0.store(value, for: data, in: namespace)
    } onCommit: { [watchers] version in
      watchers.send(
        StorageChange(namespace: namespace, key: key, value: value, version: version))
    }
  }

  /// Sets a key if it is as expected.
  ///
  /// - Parameter value: JSON.
  public func compareAndSet(
    _ key: String, in namespace: StorageNamespace, to value: [UInt8],
    expecting expectation: StorageExpectation
  ) async throws(StoreError) -> StorageComparison {
    let data = try StorageKey.data(key)
    try StorageKey.check(value, of: key, limit: options.valueLimit)
    return try await write("store the key \(key)") { database in
      let current = try database.entry(data, in: namespace)
      guard expectation.isMet(by: current) else { return .conflict(current) }
      return .stored(version: try database.store(value, for: data, in: namespace))
    } onCommit: { [watchers] comparison in
      guard case .stored(let version) = comparison else { return }
      watchers.send(
        StorageChange(namespace: namespace, key: key, value: value, version: version))
    }
  }

  /// Deletes a key.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  public func delete(
    _ key: String, in namespace: StorageNamespace
  ) async throws(StoreError) -> Bool {
    let data = try StorageKey.data(key)
    let version = try await write("delete the key \(key)") {
      try $0.deleteEntry(data, in: namespace)
    } onCommit: { [watchers] version in
      guard let version else { return }
      watchers.send(StorageChange(namespace: namespace, key: key, value: nil, version: version))
    }
    return version != nil
  }

  /// The keys that begin so, with their values, in the order of their bytes.
  ///
  /// - Parameters:
  ///   - after: the last key of the page before.
  ///   - limit: how many at most.
  public func list(
    prefix: String = "", in namespace: StorageNamespace, after: String? = nil, limit: Int = 1_000
  ) async throws(StoreError) -> [StorageEntry] {
    let (prefix, after) = (Data(prefix.utf8), after.map { Data($0.utf8) })
    return try await read("list keys") {
      try $0.entries(prefix: prefix, in: namespace, after: after, limit: limit)
    }
  }

  /// Changes of keys that begin so, from now on, in the order in which they were written.
  ///
  /// Those that another process writes into the same file are not among them. End the loop to end watching.
  public func changes(
    of prefix: String = "", in namespace: StorageNamespace
  ) -> AsyncStream<StorageChange> {
    watchers.watch(namespace, prefix: prefix)
  }

  /// Deletes all keys of a namespace, and what it holds of blobs.
  public func removeNamespace(_ namespace: StorageNamespace) async throws(StoreError) {
    try await write("remove the storage of \(namespace.owner)") { database in
      try database.execute(
        sql: "DELETE FROM storage WHERE tenant = ? AND owner = ?", of: namespace)
      try database.execute(
        sql: "DELETE FROM blob_holders WHERE tenant = ? AND owner = ?", of: namespace)
      try database.deleteFreeBlobs()
    }
  }
}

extension StorageExpectation {
  func isMet(by entry: StorageEntry?) -> Bool {
    switch self {
    case .absent: entry == nil
    case .version(let version): entry?.version == version
    }
  }
}
