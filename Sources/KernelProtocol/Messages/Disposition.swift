/// What a handler asks for with an event that it could not handle (specs/kernel-protocol.md §5.2).
public enum Disposition: String, Sendable, Hashable, CaseIterable {
  /// Another attempt, later.
  case nack
  /// No attempt any more.
  case reject

  static let table = NameTable<Self>()
}
