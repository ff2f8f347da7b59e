import DequeModule
import KernelProtocol

extension Broker {
  /// Gives a frame its place in the queue of a plugin and enters it everywhere it is looked up.
  mutating func enqueue(_ frame: Frame, in plugin: String) throws(OutcomeError) {
    frames[frame.key] = frame
    let entry = Mailbox.Entry(
      key: frame.key, byteCount: frame.request.byteCount, interleaves: interleaves(frame),
      isReentrant: isReentrant(frame, in: plugin))
    if let refusal = plugins[plugin]?.mailbox.enqueue(entry) {
      frames[frame.key] = nil
      throw .overloaded(plugin: plugin, refusal)
    }
    enter(frame)
  }

  /// Enters a frame everywhere it is looked up.
  mutating func register(_ frame: Frame) {
    frames[frame.key] = frame
    enter(frame)
  }

  /// Enters a frame with its runner, its caller and its deadline.
  private mutating func enter(_ frame: Frame) {
    connections[frame.key.connection]?.frames.insert(frame.key)
    if let deadline = frame.deadline { deadlines.set(.frame(frame.key), at: deadline) }
    if configuration.reportsOpenings { effects.append(.report(.opened(opening(of: frame)))) }
    guard let caller = frame.caller else { return }
    connections[caller.connection]?.calls[caller.messageID] = frame.key
    guard let parent = frame.parent else { return }
    frames[parent]?.hasCalled(frame.key, mayRun: frame.isStream)
  }

  /// Starts as many waiting requests of a plugin as may run now.
  mutating func admit(into name: String?) {
    guard let name else { return }
    while let next = takeNext(from: name) { start(next) }
  }

  private mutating func takeNext(from name: String) -> FrameKey? {
    let frames = frames
    return plugins[name]?.mailbox.admitNext { frames.makesWay($0, for: $1) }
  }

  /// Gives a request to its kernel.
  private mutating func start(_ key: FrameKey) {
    guard let frame = frames[key] else { return }
    frames[key]?.begin(at: now)
    switch frame.kind {
    case .call(let method): sendCall(frame, method: method)
    case .event: grantEvent(frame)
    case .gather, .execute, .load, .start, .stop: break
    }
  }

  private func interleaves(_ frame: Frame) -> Bool {
    guard case .call(let method) = frame.kind, let plugin = frame.plugin else { return false }
    return plugins[plugin]?.manifest.provides[method]?.interleaves ?? false
  }

  /// Whether a request stems from one of the plugin's open frames, or from the consumer of one that streams.
  func isReentrant(_ frame: Frame, in plugin: String) -> Bool {
    guard frame.parent != nil, let open = plugins[plugin]?.mailbox.open, !open.isEmpty else {
      return false
    }
    let own = Set(open)
    let consumers = Set(open.compactMap { frames[$0].flatMap { $0.isStream ? $0.parent : nil } })
    return frames.ancestors(of: frame.key).contains { own.contains($0) || consumers.contains($0) }
  }
}
