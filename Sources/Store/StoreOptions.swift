/// The limits of a store, and how patient it is.
public struct StoreOptions: Sendable {
  /// Bytes of one value's JSON at most.
  public var valueLimit = 1024 * 1024
  /// Bytes of one blob at most.
  public var blobLimit = 16 * 1024 * 1024
  /// Bytes that durable events may take, payload and metadata, before appending is rejected.
  public var eventQuota = 256 * 1024 * 1024
  /// For how many seconds an id that an emitter gave is remembered, so that its event is not stored twice.
  public var deduplicationAge: Double = 24 * 60 * 60
  /// How many such ids are remembered of each event at most.
  public var deduplicationCount = 100_000
  /// How many spans are kept at most.
  public var spanLimit = 100_000
  /// For how many seconds spans are kept.
  public var spanAge: Double = 7 * 24 * 60 * 60
  /// How many spans may wait to be written; those that come on top are counted and not kept.
  public var waitingSpanLimit = 20_000
  /// How many seconds to wait for another process that holds the database.
  public var busyTimeout: Double = 5

  /// The defaults.
  public init() {}
}
