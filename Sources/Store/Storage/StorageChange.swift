/// A change of a key, for those who watch.
public struct StorageChange: Equatable, Sendable {
  public let namespace: StorageNamespace
  public let key: String
  /// JSON; nil when the key was deleted.
  public let value: [UInt8]?
  /// The version that the change made.
  public let version: Int64
}
