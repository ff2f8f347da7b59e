import DequeModule
import KernelProtocol

/// The events that wait for one subscriber, in order.
///
/// At most `window` are in flight, and nothing new is begun while one that failed waits for its next attempt: so events of
/// one name come in order, also when they have to be tried again.
struct DeliveryLine {
  /// An event in the line.
  struct Entry: Sendable {
    let occurrence: Occurrence
    /// What is promised of it: a broadcast that comes by a line is tried once.
    let promise: Delivery
    /// From 1.
    var attempt = 1
    /// Not before this; nil when it has not failed yet.
    var notBefore: Instant?
    /// What it replaces others by.
    var key: JSONValue?
    /// It is the last value of a retained event.
    var isRetained = false
  }

  /// What became of an event that was to be put in.
  enum Placement {
    case placed
    /// An older one with the same key has gone.
    case replaced(Entry)
    /// One was dropped: the oldest or the new one.
    case dropped(Entry)
    /// There is no room, and the emit has to wait.
    case blocked
    /// There is no room, and the emit fails.
    case refused
  }

  let window: Int
  let settings: QueueSettings
  /// The subscriptions to name, for one with a shape or a pattern of its own; nil names none.
  var subscriptions: [String]?
  private(set) var waiting: Deque<Entry> = []
  /// By the frames that run them.
  private(set) var inFlight: [FrameKey: Entry] = [:]
  /// Emits whose event had no room, oldest first.
  private(set) var blocked: Deque<Entry> = []

  init(window: Int, settings: QueueSettings, subscriptions: [String]? = nil) {
    self.window = max(1, window)
    self.settings = settings
    self.subscriptions = subscriptions
  }

  var isEmpty: Bool { waiting.isEmpty && inFlight.isEmpty && blocked.isEmpty }

  /// Puts an event at the end, or does what the overflow policy says.
  mutating func enqueue(_ entry: Entry) -> Placement {
    if let key = entry.key,
      let index = waiting.firstIndex(where: { $0.key == key && $0.attempt == 1 })
    {
      defer { waiting[index] = entry }
      return .replaced(waiting[index])
    }
    guard waiting.count >= settings.limit else {
      waiting.append(entry)
      return .placed
    }
    switch settings.overflow {
    case .dropNewest: return .dropped(entry)
    case .reject: return .refused
    case .block:
      blocked.append(entry)
      return .blocked
    case .dropOldest:
      waiting.append(entry)
      return .dropped(waiting.removeFirst())
    }
  }

  /// Puts an event at the end, whatever the limit.
  mutating func append(_ entry: Entry) { waiting.append(entry) }

  /// Puts back an event that was taken out: before all that were emitted after it.
  mutating func putBack(_ entry: Entry) {
    guard let number = entry.occurrence.number else { return waiting.prepend(entry) }
    let index = waiting.firstIndex { ($0.occurrence.number ?? .max) > number }
    waiting.insert(entry, at: index ?? waiting.endIndex)
  }

  /// Takes out all that waits, also for room.
  mutating func takeAll() -> [Entry] {
    defer { (waiting, blocked) = ([], []) }
    return Array(waiting) + Array(blocked)
  }

  /// Nothing is promised of a broadcast that could not be sent.
  mutating func dropBroadcasts() { waiting.removeAll { $0.promise == .broadcast } }

  /// Takes out the next event that may be begun now.
  mutating func next(at now: Instant) -> Entry? {
    guard inFlight.count < window, let first = waiting.first else { return nil }
    if let notBefore = first.notBefore, notBefore > now { return nil }
    return waiting.removeFirst()
  }

  /// When the first event may be tried again; nil when nothing waits for a time.
  var nextAttempt: Instant? { waiting.first?.notBefore }

  /// An event was given to the kernel.
  mutating func begin(_ entry: Entry, as frame: FrameKey) { inFlight[frame] = entry }

  /// The handler has ended, well or not.
  mutating func end(_ frame: FrameKey) -> Entry? { inFlight.removeValue(forKey: frame) }

  /// Moves in one event that was blocked, if there is room now.
  mutating func admitBlocked() -> Entry? {
    guard waiting.count < settings.limit, let entry = blocked.popFirst() else { return nil }
    waiting.append(entry)
    return entry
  }

  /// Takes back the event of an emit that is not waited for any more.
  mutating func withdrawBlocked(number: UInt64) {
    blocked.removeAll { $0.occurrence.number == number }
  }
}
