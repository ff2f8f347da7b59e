/// What a key must be like for ``Store/compareAndSet(_:in:to:expecting:)`` to write it.
public enum StorageExpectation: Equatable, Sendable {
  /// There is no such key.
  case absent
  /// The key has this version.
  case version(Int64)
}
