/// What is promised of an event's way to its subscribers.
public enum Delivery: String, Sendable, Hashable, CaseIterable {
  /// At most once, to whoever is there; what is missed is counted.
  case broadcast
  /// In order and at least once, while the orchestrator lives.
  case queued
  /// As `queued`, and across the deaths of kernels and of the orchestrator.
  case durable

  static let table = NameTable<Self>()
}
