/// How a comparison ended.
public enum StorageComparison: Equatable, Sendable {
  /// The key was as expected and is written.
  case stored(version: Int64)
  /// The key was otherwise, as it is given; nil when it is absent. Nothing was written.
  case conflict(StorageEntry?)
}
