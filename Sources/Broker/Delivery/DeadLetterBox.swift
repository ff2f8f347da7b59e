import DequeModule

/// The dead letters of queued events, by number; the oldest go when there are too many, and are counted.
struct DeadLetterBox {
  /// How many are kept.
  static let capacity = 10_000

  private(set) var letters: Deque<(number: UInt64, letter: DeadLetter)> = []
  private(set) var forgotten = 0
  private var count: UInt64 = 0

  /// Keeps a letter and gives its number, from 1.
  mutating func add(_ letter: DeadLetter) -> UInt64 {
    count += 1
    letters.append((count, letter))
    if letters.count > Self.capacity {
      letters.removeFirst()
      forgotten += 1
    }
    return count
  }

  /// Takes a letter out.
  mutating func take(_ number: UInt64) -> DeadLetter? {
    guard let index = letters.firstIndex(where: { $0.number == number }) else { return nil }
    return letters.remove(at: index).letter
  }
}
