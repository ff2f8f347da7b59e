/// What became of a durable event that was to be written.
public enum StoredEvent: Equatable, Sendable {
  /// It is on the disk, for so many subscribers.
  case stored(subscribers: Int)
  /// One of that name with the same id is remembered: nothing was written.
  case duplicate
}
