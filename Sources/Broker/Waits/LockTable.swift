import DequeModule

/// The SDK's locks, each held by one frame, wanted by others in the order of their asking.
struct LockTable {
  private struct Lock {
    var holder: FrameKey
    /// How often the holder has taken it: a frame may enter a lock that it holds.
    var count: Int
    var waiting: Deque<FrameKey>
  }

  private var locks: [String: Lock] = [:]

  /// Whether no lock is held.
  var isEmpty: Bool { locks.isEmpty }

  /// Who holds a lock.
  func holder(of name: String) -> FrameKey? { locks[name]?.holder }

  /// Asks for a lock on a frame's behalf.
  ///
  /// - Returns: whether the frame holds it now; otherwise it waits in line.
  mutating func acquire(_ name: String, for frame: FrameKey) -> Bool {
    guard locks[name] != nil else {
      locks[name] = Lock(holder: frame, count: 1, waiting: [])
      return true
    }
    if locks[name]?.holder == frame {
      locks[name]?.count += 1
      return true
    }
    locks[name]?.waiting.append(frame)
    return false
  }

  /// Gives a lock back.
  ///
  /// - Returns: the frame that holds it next, if one waited; nil also when the frame did not hold it.
  mutating func release(_ name: String, by frame: FrameKey) -> FrameKey? {
    guard let lock = locks[name], lock.holder == frame else { return nil }
    if lock.count > 1 {
      locks[name]?.count -= 1
      return nil
    }
    guard let next = locks[name]?.waiting.popFirst() else {
      locks[name] = nil
      return nil
    }
    locks[name]?.holder = next
    return next
  }

  /// Takes a frame out of a lock's line.
  mutating func abandon(_ name: String, by frame: FrameKey) {
    locks[name]?.waiting.removeAll { $0 == frame }
  }

  /// The locks that a frame holds, by name.
  func held(by frame: FrameKey) -> [String] {
    locks.filter { $0.value.holder == frame }.map(\.key).sorted()
  }

  /// Gives back, at once and whatever the count, all that a frame holds.
  ///
  /// - Returns: who holds each of them next.
  mutating func releaseAll(by frame: FrameKey) -> [(name: String, holder: FrameKey)] {
    held(by: frame).compactMap { name in
      locks[name]?.count = 1
      return release(name, by: frame).map { (name, $0) }
    }
  }
}
