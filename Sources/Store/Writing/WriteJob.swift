import GRDB

/// One operation that waits to be written.
struct WriteJob: Sendable {
  /// What is being done, for an error's sentence.
  let operation: String
  /// Whether it must be on the disk when the caller goes on; else it may be lost when the machine, not the process, ends.
  let isDurable: Bool
  /// Does it; what it returns is called once the transaction is committed.
  let run: @Sendable (Database) throws -> @Sendable () -> Void
  /// Called when it was not written.
  let fail: @Sendable (StoreError) -> Void
}
