/// The timers of a loop, earliest first; those of the same time in the order they were set.
///
/// A binary heap of deadlines beside a table of handlers. Cancelling empties the table's entry and
/// leaves the heap's, which is skipped when its turn comes; when such leftovers outnumber the
/// living, all are swept out at once. So a deadline per call, nearly all of which are cancelled long
/// before they are due, costs neither a search each nor memory for as long as they would have run.
struct TimerQueue {
  struct Entry {
    let deadline: UInt64
    let id: UInt64

    func isBefore(_ other: Entry) -> Bool { (deadline, id) < (other.deadline, other.id) }
  }

  private(set) var heap: [Entry] = []
  private var handlers: [UInt64: () -> Void] = [:]
  private var nextID: UInt64 = 0

  /// How many timers are set.
  var count: Int { handlers.count }

  /// The token the next timer will have.
  var nextToken: TimerToken { TimerToken(id: nextID) }

  /// Sets a timer for `deadline`, in nanoseconds of the ``MonotonicClock``.
  mutating func insert(at deadline: UInt64, handler: @escaping () -> Void) -> TimerToken {
    let entry = Entry(deadline: deadline, id: nextID)
    nextID += 1
    handlers[entry.id] = handler
    heap.append(entry)
    siftUp(heap.count - 1)
    return TimerToken(id: entry.id)
  }

  /// Cancels a timer; false if it fired or was cancelled before.
  mutating func cancel(_ token: TimerToken) -> Bool {
    guard handlers.removeValue(forKey: token.id) != nil else { return false }
    if heap.count > 2 * handlers.count + 64 { sweep() }
    return true
  }

  /// When the next timer is due, or nil if none is set.
  mutating func nextDeadline() -> UInt64? {
    while let first = heap.first, handlers[first.id] == nil { removeFirst() }
    return heap.first?.deadline
  }

  /// Takes out the next timer that is due at `now`, unless it was set as `limit` or later: handlers
  /// that set timers which are due at once must not keep the loop from its other work.
  mutating func popDue(at now: UInt64, setBefore limit: TimerToken) -> (() -> Void)? {
    guard let deadline = nextDeadline(), deadline <= now, heap[0].id < limit.id else { return nil }
    let id = heap[0].id
    removeFirst()
    return handlers.removeValue(forKey: id)
  }

  private mutating func sweep() {
    heap.removeAll { handlers[$0.id] == nil }
    // A sorted array is a heap.
    heap.sort { $0.isBefore($1) }
  }

  private mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    siftDown()
  }

  private mutating func siftUp(_ start: Int) {
    var index = start
    while index > 0, heap[index].isBefore(heap[(index - 1) / 2]) {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
  }

  private mutating func siftDown() {
    var index = 0
    while true {
      var smallest = index
      for child in (2 * index + 1)...(2 * index + 2)
      where child < heap.count && heap[child].isBefore(heap[smallest]) {
        smallest = child
      }
      guard smallest != index else { return }
      heap.swapAt(index, smallest)
      index = smallest
    }
  }
}
