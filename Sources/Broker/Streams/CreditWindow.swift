/// How many items a producer may send before its consumer asks for more.
struct CreditWindow: Equatable {
  /// The most credit that a consumer can have given and not yet got items for.
  static let maximum = 65_536

  private(set) var remaining: Int

  /// A window with that many items to begin with, from 1 to `maximum`.
  init(initial: Int) { remaining = min(max(1, initial), Self.maximum) }

  /// Whether the producer has to wait.
  var isExhausted: Bool { remaining == 0 }

  /// Counts one item.
  ///
  /// - Returns: false when the producer had no credit for it.
  mutating func spend() -> Bool {
    guard remaining > 0 else { return false }
    remaining -= 1
    return true
  }

  /// Adds credit and tells how much of it was taken: none for a number below 1, and never past `maximum`.
  mutating func grant(_ count: Int) -> Int {
    let taken = min(max(0, count), Self.maximum - remaining)
    remaining += taken
    return taken
  }
}
