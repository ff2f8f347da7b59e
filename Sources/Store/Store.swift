import GRDB
import Synchronization

/// What an orchestrator remembers: storage of plugins, blobs, durable events and traces, in one SQLite file.
///
/// All methods may be called from any thread and none holds the caller's: writes wait in a queue and are done on SQLite's own,
/// many in one transaction (``WriteQueue``), and a method returns once its transaction is on the disk. Reading never waits for
/// writing (write-ahead log).
public final class Store: Sendable {
  /// The file.
  public let path: String
  let options: StoreOptions
  let pool: DatabasePool
  let writes: WriteQueue
  let watchers = ChangeWatchers()
  let waitingSpans = SpanBacklog()
  let patterns = PatternCache()

  /// Opens the database, and makes it, with its folder, when there is none.
  ///
  /// It reads and writes the file: call it off any thread that must not wait.
  ///
  /// - Parameter creating: whether to make a file that is not there.
  /// - Throws: ``StoreError/Code/corrupt``, ``StoreError/Code/notWritable``, ``StoreError/Code/newerVersion`` or
  ///   ``StoreError/Code/busy``.
  public init(path: String, options: StoreOptions = StoreOptions(), creating: Bool = true)
    throws(StoreError)
  {
    self.path = path
    self.options = options
    let file = StoreFile(path: path, busyTimeout: options.busyTimeout)
    pool = try file.open(creating: creating)
    writes = WriteQueue(pool, path: path)
  }

  /// Waits until everything that was asked for is written, then closes the file. Later writes throw
  /// ``StoreError/Code/closed``; a second call does nothing.
  public func close() async {
    await writes.close()
    watchers.finish()
    try? pool.close()
  }

  /// How many transactions have been written; for tests and measurements.
  public var transactionCount: Int { writes.transactionCount }

  /// Writes, and returns when it is on the disk.
  ///
  /// - Parameter isolation: where it is called, so that what an actor asks for one after the other is written in that order.
  func write<Value: Sendable>(
    _ operation: String, isolation: isolated (any Actor)? = #isolation,
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value {
    let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
      writes.submit(
        WriteJob(operation: operation, isDurable: true) { database in
          let value = try body(database)
          return { continuation.resume(returning: .success(value)) }
        } fail: {
          continuation.resume(returning: .failure($0))
        })
    }
    return try result.get()
  }

  /// Reads a state of the database that nothing written meanwhile changes.
  func read<Value: Sendable>(
    _ operation: String, _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value {
    do {
      return try await pool.read(body)
    } catch {
      throw StoreError(error, operation: operation, path: path)
    }
  }
}
