/// How many subscribers must have handled an event before its emit returns (specs/kernel-protocol.md §5.1).
public enum Confirmation: Sendable, Hashable {
  case all
  case any
  /// That many; at least 1.
  case quorum(Int)

  /// How many of so many subscribers it takes.
  public func needed(of total: Int) -> Int {
    switch self {
    case .all: total
    case .any: 1
    case .quorum(let count): count
    }
  }
}
