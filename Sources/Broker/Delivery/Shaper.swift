import KernelProtocol

/// Gives the events of one source the rhythm of a shape. It decides when; who asks for the time is told by ``due``.
///
/// What is let go is counted out at once and never called back into: so a subscriber that fails, or that emits, cannot
/// disturb a window that is open, and an event that comes while a window is emptied goes into the next one.
struct Shaper {
  let shape: Shape
  /// What waits, in the order in which it came.
  private var waiting: [(key: JSONValue?, occurrence: Occurrence)] = []
  /// When the first of what waits came.
  private var openedAt: Instant?
  /// When the last one came.
  private var lastAt: Instant?
  /// When something was let go last.
  private var releasedAt: Instant?

  init(_ shape: Shape) { self.shape = shape }

  /// Whether nothing waits.
  var isEmpty: Bool { waiting.isEmpty }

  /// An event has come.
  ///
  /// - Parameter key: the value by which it replaces others, for a shape that asks for one.
  /// - Returns: what is to be delivered now, in order.
  mutating func add(_ occurrence: Occurrence, key: JSONValue?, at now: Instant) -> [Occurrence] {
    if waiting.isEmpty { openedAt = now }
    lastAt = now
    keep(occurrence, key: key)
    if case .batch(_, let max?) = shape, waiting.count >= max { return release(at: now) }
    return advance(to: now)
  }

  /// Time has passed.
  ///
  /// - Returns: what is to be delivered now, in order.
  mutating func advance(to now: Instant) -> [Occurrence] {
    guard let due, due <= now else { return [] }
    return release(at: now)
  }

  /// Nothing more will come: whatever waits is let go.
  mutating func flush(at now: Instant) -> [Occurrence] { waiting.isEmpty ? [] : release(at: now) }

  /// When something will be let go if nothing comes; nil when nothing waits.
  var due: Instant? {
    guard let openedAt, let lastAt, !waiting.isEmpty else { return nil }
    switch shape {
    case .batch(let window, _): return openedAt.advanced(bySeconds: window)
    case .debounce(let wait, let maxWait):
      let quiet = lastAt.advanced(bySeconds: wait)
      return maxWait.map { min(quiet, openedAt.advanced(bySeconds: $0)) } ?? quiet
    case .throttle(let interval): return releasedAt?.advanced(bySeconds: interval) ?? openedAt
    case .latest(_, let interval):
      guard let interval else { return openedAt }
      return releasedAt?.advanced(bySeconds: interval) ?? openedAt
    }
  }

  private mutating func keep(_ occurrence: Occurrence, key: JSONValue?) {
    switch shape {
    case .batch: waiting.append((nil, occurrence))
    case .debounce, .throttle: waiting = [(nil, occurrence)]
    case .latest:
      waiting.removeAll { $0.key == key }
      waiting.append((key, occurrence))
    }
  }

  private mutating func release(at now: Instant) -> [Occurrence] {
    let occurrences = waiting.map(\.occurrence)
    waiting = []
    openedAt = nil
    releasedAt = now
    guard case .batch = shape else { return occurrences }
    return Occurrence.batch(occurrences).map { [$0] } ?? []
  }
}
