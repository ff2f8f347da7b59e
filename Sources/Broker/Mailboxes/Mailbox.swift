import DequeModule

/// The queue in front of one plugin: who runs, who waits, and who is next.
///
/// A request is admitted when fewer than `mode.width` open frames stand in its way. An open frame does *not* stand in its
/// way when it has made way for it: when it is suspended and the request is made, however indirectly, on its behalf
/// (A→B→A). Whether it has is asked of the caller, who knows the frames. Else first in, first out.
struct Mailbox {
  /// A request that waits.
  struct Entry: Equatable {
    let key: FrameKey
    let byteCount: Int
    /// Admitted always: the method is declared `interleave`.
    let interleaves: Bool
    /// Whether the request stems from a frame of this very plugin, so that it may pass those before it.
    let isReentrant: Bool
  }

  /// Why a request was not taken.
  enum Refusal: Equatable {
    case tooManyMessages(limit: Int)
    case tooManyBytes(limit: Int)
  }

  let mode: MailboxMode
  let messageLimit: Int
  let byteLimit: Int

  /// The frames that hold a place, in the order of their admission.
  private(set) var open: [FrameKey] = []
  private(set) var queue: Deque<Entry> = []
  private(set) var queuedBytes = 0
  /// While the plugin is not started nothing is admitted.
  var isPaused = true
  private var reentrantCount = 0

  /// An empty mailbox that admits nothing before `isPaused` is set to false.
  ///
  /// - Parameters:
  ///   - messageLimit: how many requests may wait.
  ///   - byteLimit: how many bytes of content may wait.
  init(mode: MailboxMode, messageLimit: Int, byteLimit: Int) {
    self.mode = mode
    self.messageLimit = messageLimit
    self.byteLimit = byteLimit
  }

  /// Puts a request at the end of the queue, or says why it cannot.
  mutating func enqueue(_ entry: Entry) -> Refusal? {
    if queue.count >= messageLimit { return .tooManyMessages(limit: messageLimit) }
    if queuedBytes + entry.byteCount > byteLimit, !queue.isEmpty {
      return .tooManyBytes(limit: byteLimit)
    }
    queue.append(entry)
    queuedBytes += entry.byteCount
    reentrantCount += passesOthers(entry) ? 1 : 0
    return nil
  }

  /// Takes out the next request that may run now and counts it as open.
  ///
  /// - Parameter makesWay: whether an open frame is suspended on behalf of a waiting one.
  mutating func admitNext(makesWay: (_ open: FrameKey, _ waiting: FrameKey) -> Bool) -> FrameKey? {
    guard !isPaused, let index = admissibleIndex(makesWay: makesWay) else { return nil }
    let entry = remove(at: index)
    if !entry.interleaves { open.append(entry.key) }
    return entry.key
  }

  /// A frame has ended or was abandoned: its place is free.
  mutating func release(_ key: FrameKey) {
    if let index = open.firstIndex(of: key) { open.remove(at: index) }
  }

  /// Takes a request out of the queue, because its deadline passed or its caller gave up.
  ///
  /// - Returns: whether it was there.
  @discardableResult
  mutating func withdraw(_ key: FrameKey) -> Bool {
    guard let index = queue.firstIndex(where: { $0.key == key }) else { return false }
    _ = remove(at: index)
    return true
  }

  /// The requests that wait before one, nearest to it last; empty when it is first or not there.
  func predecessors(of key: FrameKey) -> [FrameKey] {
    guard let index = queue.firstIndex(where: { $0.key == key }) else { return [] }
    return queue[..<index].map(\.key)
  }

  private func passesOthers(_ entry: Entry) -> Bool { entry.isReentrant || entry.interleaves }

  private func admissibleIndex(makesWay: (FrameKey, FrameKey) -> Bool) -> Int? {
    guard let first = queue.first else { return nil }
    if isAdmissible(first, makesWay: makesWay) { return queue.startIndex }
    guard reentrantCount > 0 else { return nil }
    return queue.indices.dropFirst().first {
      passesOthers(queue[$0]) && isAdmissible(queue[$0], makesWay: makesWay)
    }
  }

  private func isAdmissible(_ entry: Entry, makesWay: (FrameKey, FrameKey) -> Bool) -> Bool {
    if entry.interleaves || open.count < mode.width { return true }
    guard entry.isReentrant else { return false }
    return open.count(where: { !makesWay($0, entry.key) }) < mode.width
  }

  private mutating func remove(at index: Int) -> Entry {
    let entry = queue.remove(at: index)
    queuedBytes -= entry.byteCount
    reentrantCount -= passesOthers(entry) ? 1 : 0
    return entry
  }
}
