import DequeModule
import KernelProtocol

/// A client's subscription: its events come directed, each is acknowledged when the client asks for the next, and so many
/// wait for it at most.
struct Listener {
  /// An event for it.
  struct Entry {
    let occurrence: Occurrence
    let delivery: Delivery
    let sequence: Int
    var isRetained = false
  }

  /// What became of an event that was to be put in.
  enum Placement {
    case placed
    case dropped(Entry)
    /// There is no room, and the emit has to wait.
    case blocked
  }

  /// How many events may be on their way, or be handled.
  static let window = 16

  let pattern: NamePattern
  /// How confirmed emits name it.
  let name: String
  /// How many events may wait besides.
  let limit: Int
  let overflow: Overflow
  /// Whether confirmed emits wait for it; one that merely looks on does not count.
  let confirms: Bool
  private(set) var waiting: Deque<Entry> = []
  /// Those whose emits wait for room.
  private(set) var blocked: Deque<Entry> = []
  /// By the number of the message.
  private(set) var inFlight: [UInt64: Entry] = [:]

  init(
    pattern: NamePattern, name: String, limit: Int, overflow: Overflow, confirms: Bool
  ) {
    self.pattern = pattern
    self.name = name
    self.limit = limit
    self.overflow = overflow
    self.confirms = confirms
  }

  /// All that it has not acknowledged.
  var open: [Entry] { inFlight.sorted { $0.key < $1.key }.map(\.value) + waiting + blocked }

  /// Puts an event at the end, or does what the overflow policy says. A broadcast never has its emit wait.
  mutating func enqueue(_ entry: Entry) -> Placement {
    guard waiting.count >= limit else {
      waiting.append(entry)
      return .placed
    }
    switch overflow {
    case .block where entry.delivery != .broadcast:
      blocked.append(entry)
      return .blocked
    case .dropNewest, .reject: return .dropped(entry)
    case .block, .dropOldest:
      waiting.append(entry)
      return .dropped(waiting.removeFirst())
    }
  }

  /// Takes out the next event that may be sent now.
  mutating func next() -> Entry? {
    inFlight.count < Self.window ? waiting.popFirst() : nil
  }

  /// An event was sent.
  mutating func begin(_ entry: Entry, as number: UInt64) { inFlight[number] = entry }

  /// The client has done with an event.
  mutating func end(_ number: UInt64) -> Entry? { inFlight.removeValue(forKey: number) }

  /// Moves in one event that was blocked, if there is room now.
  mutating func admitBlocked() -> Entry? {
    guard waiting.count < limit, let entry = blocked.popFirst() else { return nil }
    waiting.append(entry)
    return entry
  }

  /// Takes back the event of an emit that is not waited for any more.
  mutating func withdrawBlocked(number: UInt64) {
    blocked.removeAll { $0.occurrence.number == number }
  }
}
