/// What became of an event that was to be stored.
public enum AppendOutcome: Equatable, Sendable {
  /// It is on the disk, for so many subscribers.
  case stored(subscribers: Int)
  /// One of that name with the same id was stored before; nothing was done.
  case duplicate
}
