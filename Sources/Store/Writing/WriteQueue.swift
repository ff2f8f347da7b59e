import GRDB
import Synchronization

/// Writes jobs in the order in which they came, as many as wait in one transaction: one sync of the disk serves them all.
///
/// A job that fails is undone alone (a savepoint); when the transaction itself cannot be committed, all of its jobs fail.
final class WriteQueue: Sendable {
  /// How many jobs one transaction has at most, so that the first of them does not wait for ever.
  static let batchLimit = 1_000

  private struct State {
    var jobs: [WriteJob] = []
    var isWriting = false
    var isClosed = false
    var transactions = 0
  }

  private let state = Mutex(State())
  private let pool: DatabasePool
  private let path: String
  /// Only used on SQLite's own queue: whether each transaction is synced to the disk now.
  private let syncs = Mutex(true)

  init(_ pool: DatabasePool, path: String) {
    self.pool = pool
    self.path = path
  }

  var transactionCount: Int { state.withLock { $0.transactions } }

  /// Takes a job in, and returns at once.
  func submit(_ job: WriteJob) {
    let (isRefused, begins) = state.withLock { state -> (Bool, Bool) in
      if state.isClosed { return (true, false) }
      state.jobs.append(job)
      defer { state.isWriting = true }
      return (false, !state.isWriting)
    }
    if isRefused {
      return job.fail(
        StoreError(
          .closed, operation: job.operation, cause: "the store is closed",
          advice: "The orchestrator has stopped."))
    }
    if begins { pool.asyncWriteWithoutTransaction { self.writeAll($0) } }
  }

  /// Takes nothing more in, and waits until what is there is written.
  func close() async {
    let isClosed = state.withLock { state in
      defer { state.isClosed = true }
      return state.isClosed
    }
    guard !isClosed else { return }
    await withCheckedContinuation { continuation in
      pool.asyncWriteWithoutTransaction { database in
        self.writeAll(database)
        // GRDB closes its readers last, and those do not empty the write-ahead log.
        _ = try? database.checkpoint(.passive)
        continuation.resume()
      }
    }
  }

  private func writeAll(_ database: Database) {
    while let batch = nextBatch() {
      for done in write(batch, database) { done() }
    }
  }

  private func nextBatch() -> [WriteJob]? {
    state.withLock { state in
      guard !state.jobs.isEmpty else {
        state.isWriting = false
        return nil
      }
      let batch = Array(state.jobs.prefix(Self.batchLimit))
      state.jobs.removeFirst(batch.count)
      state.transactions += 1
      return batch
    }
  }

  /// - Returns: what is to be told to those who wait, in the order of the jobs.
  private func write(_ batch: [WriteJob], _ database: Database) -> [@Sendable () -> Void] {
    var told: [(fails: Bool, tell: @Sendable () -> Void)] = []
    do {
      if database.isInsideTransaction { try database.rollback() }
      try setSync(batch.contains(where: \.isDurable), database)
      try database.inTransaction(.immediate) {
        for job in batch { told.append(try run(job, database)) }
        return .commit
      }
      return told.map(\.tell)
    } catch {
      return batch.enumerated().map { index, job in
        if told.indices.contains(index), told[index].fails { return told[index].tell }
        return failure(of: job, error)
      }
    }
  }

  /// Runs one job; its failure is its own, unless SQLite has given up the whole transaction (a full disk, for example).
  private func run(
    _ job: WriteJob, _ database: Database
  ) throws -> (fails: Bool, tell: @Sendable () -> Void) {
    do {
      var done: (@Sendable () -> Void)?
      try database.inSavepoint {
        done = try job.run(database)
        return .commit
      }
      return (false, done ?? {})
    } catch {
      guard database.isInsideTransaction else { throw error }
      return (true, failure(of: job, error))
    }
  }

  private func failure(of job: WriteJob, _ error: any Error) -> @Sendable () -> Void {
    let error = StoreError(error, operation: job.operation, path: path)
    return { job.fail(error) }
  }

  private func setSync(_ isDurable: Bool, _ database: Database) throws {
    let isSet = syncs.withLock { $0 == isDurable }
    guard !isSet else { return }
    try database.execute(sql: "PRAGMA synchronous = \(isDurable ? "FULL" : "NORMAL")")
    syncs.withLock { $0 = isDurable }
  }
}
