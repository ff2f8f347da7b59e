import GRDB

extension Store {
  /// Does something on the storage after all that was asked for before, as a whole, and returns at once.
  ///
  /// This is for those who may not wait, such as the thread that owns the sockets. What only reads may be asked for so too:
  /// then it sees all that was written before.
  ///
  /// - Parameters:
  ///   - operation: what is being done, as a phrase, for an error's sentence.
  ///   - body: does it, on SQLite's queue.
  ///   - then: called once what was done is on the disk, or with the error, on SQLite's queue; in the order of the calls
  ///     of this method.
  public func perform<Value: Sendable>(
    _ operation: String, _ body: @escaping @Sendable (inout StoreTransaction) throws -> Value,
    then: @escaping @Sendable (Result<Value, StoreError>) -> Void
  ) {
    let (options, watchers) = (options, watchers)
    writes.submit(
      WriteJob(operation: operation, isDurable: true) { database in
        var transaction = StoreTransaction(database, options: options)
        let value = try body(&transaction)
        let changes = transaction.changes
        return {
          for change in changes { watchers.send(change) }
          then(.success(value))
        }
      } fail: {
        then(.failure($0))
      })
  }

  /// Does something on the storage as a whole: all of it is written, or nothing.
  ///
  /// - Throws: what `body` throws, as a ``StoreError``.
  public func transaction<Value: Sendable>(
    _ operation: String, _ body: @escaping @Sendable (inout StoreTransaction) throws -> Value
  ) async throws(StoreError) -> Value {
    let result = await withCheckedContinuation { continuation in
      perform(operation, body) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  /// The value of a key; nil when there is none.
  public func get(
    _ key: String, in namespace: StorageNamespace
  ) async throws(StoreError) -> StorageEntry? {
    try await reading("read the key \(key)") { try $0.get(key, in: namespace) }
  }

  /// Sets a key, whatever it was.
  ///
  /// - Parameter value: JSON.
  /// - Returns: the new version.
  @discardableResult
  public func set(
    _ key: String, in namespace: StorageNamespace, to value: [UInt8]
  ) async throws(StoreError) -> Int64 {
    try await transaction("store the key \(key)") { try $0.set(key, in: namespace, to: value) }
  }

  /// Sets a key if it is as expected.
  ///
  /// - Parameter value: JSON.
  public func compareAndSet(
    _ key: String, in namespace: StorageNamespace, to value: [UInt8],
    expecting expectation: StorageExpectation
  ) async throws(StoreError) -> StorageComparison {
    try await transaction("store the key \(key)") {
      try $0.compareAndSet(key, in: namespace, to: value, expecting: expectation)
    }
  }

  /// Deletes a key.
  ///
  /// - Returns: whether there was one.
  @discardableResult
  public func delete(
    _ key: String, in namespace: StorageNamespace
  ) async throws(StoreError) -> Bool {
    try await transaction("delete the key \(key)") { try $0.delete(key, in: namespace) } != nil
  }

  /// The keys that begin so, with their values, in the order of their bytes.
  ///
  /// - Parameters:
  ///   - after: the last key of the page before.
  ///   - limit: how many at most.
  public func list(
    prefix: String = "", in namespace: StorageNamespace, after: String? = nil, limit: Int = 1_000
  ) async throws(StoreError) -> [StorageEntry] {
    try await reading("list keys") {
      try $0.list(prefix: prefix, in: namespace, after: after, limit: limit)
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

  private func reading<Value: Sendable>(
    _ operation: String, _ body: @escaping @Sendable (StoreTransaction) throws -> Value
  ) async throws(StoreError) -> Value {
    let options = options
    return try await read(operation) { try body(StoreTransaction($0, options: options)) }
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
