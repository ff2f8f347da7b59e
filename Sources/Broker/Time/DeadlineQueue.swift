/// The deadlines that are still to come, earliest first.
///
/// A binary heap with lazy removal: an entry whose frame has ended stays until it is popped or until stale entries
/// outnumber live ones, when the heap is rebuilt. So its size stays within twice the number of live frames, however many
/// calls complete long before their deadline.
struct DeadlineQueue<Key: Hashable & Sendable>: Sendable {
  private struct Entry {
    let at: Instant
    /// Tells apart those of the same instant: the first one set is the first to expire.
    let order: UInt64
    let key: Key

    static func < (left: Entry, right: Entry) -> Bool {
      (left.at, left.order) < (right.at, right.order)
    }
  }

  private var heap: [Entry] = []
  private var current: [Key: Entry] = [:]
  private var setCount: UInt64 = 0

  /// The number of keys that have a deadline.
  var count: Int { current.count }

  /// The number of entries held, stale ones included.
  var storedCount: Int { heap.count }

  /// Sets or replaces the deadline of a key.
  mutating func set(_ key: Key, at instant: Instant) {
    setCount += 1
    let entry = Entry(at: instant, order: setCount, key: key)
    current[key] = entry
    push(entry)
    compactIfStale()
  }

  /// Forgets a key's deadline; nothing happens when it has none.
  mutating func remove(_ key: Key) {
    current[key] = nil
    compactIfStale()
  }

  /// The deadline of a key; nil when it has none.
  func instant(of key: Key) -> Instant? { current[key]?.at }

  /// The earliest deadline, or nil when there is none.
  mutating func next() -> Instant? {
    dropStale()
    return heap.first?.at
  }

  /// Takes out one key whose deadline is at or before `now`, earliest first.
  mutating func popExpired(at now: Instant) -> Key? {
    dropStale()
    guard let first = heap.first, first.at <= now else { return nil }
    popFirst()
    current[first.key] = nil
    return first.key
  }

  private func isLive(_ entry: Entry) -> Bool { current[entry.key]?.order == entry.order }

  private mutating func dropStale() {
    while let first = heap.first, !isLive(first) { popFirst() }
  }

  private mutating func compactIfStale() {
    guard heap.count > 64, heap.count > 2 * current.count else { return }
    heap = current.values.sorted { $0 < $1 }
  }

  private mutating func push(_ entry: Entry) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child] < heap[parent] else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func popFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && heap[child] < heap[least] {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
