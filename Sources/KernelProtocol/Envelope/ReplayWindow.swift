/// Remembers the ids of the last messages of one sender, so that a message sent again is noticed.
///
/// Record an id only *after* the message's signature has been verified: otherwise a forger could
/// fill the window, or make a true message look like a replay (specs/kernel-protocol.md §2).
public struct ReplayWindow: Sendable {
  /// How many ids are remembered; at least 1.
  public let capacity: Int

  private var seen: Set<String> = []
  /// The ids in the order of arrival; once full, `next` is the oldest and is overwritten.
  private var ring: [String] = []
  private var next = 0

  /// - Parameter capacity: the specification asks for 1,024 at least.
  public init(capacity: Int = 1024) {
    self.capacity = max(1, capacity)
  }

  public var count: Int { ring.count }

  /// - Returns: false for an id that is in the window: the message is a replay.
  public mutating func insert(_ id: String) -> Bool {
    guard seen.insert(id).inserted else { return false }
    if ring.count < capacity {
      ring.append(id)
      return true
    }
    seen.remove(ring[next])
    ring[next] = id
    next = (next + 1) % capacity
    return true
  }
}
