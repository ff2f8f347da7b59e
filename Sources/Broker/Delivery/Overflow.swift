/// What happens when a subscriber's line is full.
public enum Overflow: String, Sendable, Hashable, CaseIterable {
  /// The emit waits until there is room.
  case block
  /// The oldest event that waits is dropped, and counted.
  case dropOldest = "drop_oldest"
  /// The new event is dropped, and counted.
  case dropNewest = "drop_newest"
  /// The emit fails with `overloaded`.
  case reject
}
