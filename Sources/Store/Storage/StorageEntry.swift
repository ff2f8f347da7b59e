/// A key with its value.
public struct StorageEntry: Equatable, Sendable {
  public let key: String
  /// JSON.
  public let value: [UInt8]
  /// Grows with each change of the key and never repeats, not even after the key was deleted.
  public let version: Int64
}
