public import KernelProtocol

/// How an operation on the storage has ended. Results come in the order in which the changes were made.
public enum StorageResult: Sendable, Equatable {
  /// A key with its value, JSON, and the version of that.
  public struct Entry: Sendable, Equatable {
    public let key: String
    public let value: FrameBytes
    public let version: Int64

    /// An entry by its fields.
    public init(key: String, value: FrameBytes, version: Int64) {
      self.key = key
      self.value = value
      self.version = version
    }
  }

  /// Of a get; nil when there is no such key.
  case entry(Entry?)
  /// Of a set: the new version.
  case stored(version: Int64)
  /// Of a delete: the version of the deletion; nil when there was no such key.
  case deleted(version: Int64?)
  case entries([Entry])
  /// Of a compare and set: the version that is there now, 0 for none.
  case compared(isStored: Bool, version: Int64)
  /// Of a barrier.
  case done
  /// Of bytes that were put.
  case blob(name: String, size: Int)
  case bytes(FrameBytes)
  case failed(OutcomeError)
}
