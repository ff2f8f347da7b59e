import DequeModule

/// The ids that emitters gave to the last events of one name, so that none is delivered twice. Those of durable events are
/// remembered by the store.
struct EventMemory {
  /// How many are remembered.
  static let capacity = 10_000
  /// How long an id may be, in bytes.
  static let longestID = 256

  /// The emits that they came with.
  private var emits: [String: UInt64] = [:]
  /// Oldest first.
  private var order: Deque<String> = []

  /// The number of the emit that an id came with; nil for one that is new, or too long ago.
  func emit(of id: String) -> UInt64? { emits[id] }

  /// Keeps an id, and forgets the oldest when there are too many.
  mutating func remember(_ id: String, of number: UInt64) {
    guard emits.updateValue(number, forKey: id) == nil else { return }
    order.append(id)
    if order.count > Self.capacity { emits[order.removeFirst()] = nil }
  }

  /// Forgets the id of an emit that has failed, which may be made again.
  mutating func forget(_ id: String, of number: UInt64) {
    guard emits[id] == number else { return }
    emits[id] = nil
    if let index = order.lastIndex(of: id) { order.remove(at: index) }
  }
}
