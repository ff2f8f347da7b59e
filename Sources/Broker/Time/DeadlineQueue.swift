/// The deadlines that are still to come, earliest first.
///
/// A binary heap with lazy removal: an entry whose frame has ended stays until it is popped or until stale entries
/// outnumber live ones, when the heap is rebuilt. So its size stays within twice the number of live frames, however many
/// calls complete long before their deadline.
struct DeadlineQueue<Key: Hashable & Sendable>: Sendable {
  private struct Entry {
    let at: Instant
    let key: Key
  }

  private var heap: [Entry] = []
  private var current: [Key: Instant] = [:]

  /// The number of keys that have a deadline.
  var count: Int { current.count }

  /// The number of entries held, stale ones included.
  var storedCount: Int { heap.count }

  /// Sets or replaces the deadline of a key.
  mutating func set(_ key: Key, at instant: Instant) {
    current[key] = instant
    push(Entry(at: instant, key: key))
    compactIfStale()
  }

  /// Forgets a key's deadline; nothing happens when it has none.
  mutating func remove(_ key: Key) {
    current[key] = nil
    compactIfStale()
  }

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

  private func isLive(_ entry: Entry) -> Bool { current[entry.key] == entry.at }

  private mutating func dropStale() {
    while let first = heap.first, !isLive(first) { popFirst() }
  }

  private mutating func compactIfStale() {
    guard heap.count > 64, heap.count > 2 * current.count else { return }
    heap = current.map { Entry(at: $0.value, key: $0.key) }.sorted { $0.at < $1.at }
  }

  private mutating func push(_ entry: Entry) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].at < heap[parent].at else { return }
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
      where child < heap.count && heap[child].at < heap[least].at {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
