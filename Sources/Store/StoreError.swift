/// What went wrong between Parley and its database.
///
/// That a key is absent, or that another writer was quicker, is not an error: it is a result.
public struct StoreError: Error, Sendable, Equatable {
  /// What a caller may branch on.
  public enum Code: String, Sendable {
    /// The file is no database, or is damaged.
    case corrupt
    /// The file or its folder cannot be made, opened or written.
    case notWritable
    /// A newer Parley has written it.
    case newerVersion
    /// Another process has held the database for longer than the patience.
    case busy
    /// The file system is full.
    case diskFull
    /// A key, value, blob or event is not one that can be stored.
    case invalid
    /// It is larger than the limit.
    case tooLarge
    /// A blob's reference leads to nothing.
    case stale
    /// The quota of durable events is used up.
    case rejected
    /// The store was closed before the operation began.
    case closed
    /// SQLite said something that nothing of the user's explains.
    case database
  }

  public let code: Code

  /// What was being done, as a phrase: "open /a/b.sqlite".
  public let operation: String

  /// What was found, or what SQLite said.
  public let cause: String

  /// A sentence that tells the user what to do.
  public let advice: String

  /// An error in its parts.
  public init(_ code: Code, operation: String, cause: String, advice: String) {
    self.code = code
    self.operation = operation
    self.cause = cause
    self.advice = advice
  }
}

extension StoreError: CustomStringConvertible {
  public var description: String { "Cannot \(operation): \(cause). \(advice)" }
}
