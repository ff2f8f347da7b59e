import KernelProtocol

extension Broker {
  /// The error of the call that closes a deadlock: the cycle by plugin, and the path in words.
  func deadlockError(_ path: [WaitNode]) -> OutcomeError {
    var cycle: [String] = []
    for node in path {
      guard let plugin = plugin(of: node) else { continue }
      if cycle.last != plugin { cycle.append(plugin) }
    }
    // The last waits for the first.
    if cycle.count > 1, cycle.first == cycle.last { cycle.removeLast() }
    return .deadlock(path: describe(path), cycle: cycle)
  }

  /// A path of waits as a sentence: "pricing.quote waits for tax.rate, which waits for …".
  func describe(_ path: [WaitNode]) -> String {
    let steps = path.indices.map { index in
      let next = index + 1 < path.count ? path[index + 1] : nil
      return phrase(path[index], then: next, isFirst: index == 0)
    }
    return steps.filter { !$0.isEmpty }.joined(separator: ", which ")
  }

  private func plugin(of node: WaitNode) -> String? {
    switch node {
    case .frame(let key), .queued(let key), .turn(let key), .place(let key):
      gatherings[key] == nil ? frames[key]?.plugin ?? "?" : nil
    case .emission(let number): emissions[number]?.frame.flatMap { frames[$0]?.plugin }
    case .line(let id): id.plugin
    }
  }

  private func phrase(_ node: WaitNode, then next: WaitNode?, isFirst: Bool) -> String {
    let name = label(node.key)
    let subject = isFirst ? "\(name) " : ""
    switch node {
    case .place(let key):
      let holder = next.map { label($0.key) } ?? label(firstInTheWay(of: key))
      return "waits for \(holder) to end"
    case .turn: return ""
    case .queued(let key):
      let plugin = frames[key]?.plugin ?? "?"
      return "\(subject)waits for its turn in the mailbox of \(plugin)"
    case .frame(let key):
      return subject + waitPhrase(of: key, then: next)
    case .emission(let number):
      return "waits for the subscribers of \(emissions[number]?.event ?? "an event")"
    case .line(let id): return "waits for \(id.plugin) to take the events before it"
    }
  }

  private func waitPhrase(of key: FrameKey, then next: WaitNode?) -> String {
    guard let frame = frames[key] else { return "has ended" }
    if frame.awaitsCredit { return "waits for its consumer to take items" }
    if let lock = frame.awaitedLocks.last, let holder = locks.holder(of: lock.name) {
      return "waits for the lock \(lock.name), held by \(label(holder))"
    }
    if case .emission(let number) = next, let emission = emissions[number] {
      return "emits \(emission.event)"
    }
    let target = next?.key ?? frame.outgoing.last
    return target.map { "waits for \(label($0))" } ?? "runs"
  }

  private func firstInTheWay(of key: FrameKey) -> FrameKey? {
    guard let plugin = frames[key]?.plugin else { return nil }
    return plugins[plugin]?.mailbox.open.first { !frames.makesWay($0, for: key) }
  }

  private func label(_ key: FrameKey?) -> String {
    guard let key, let frame = frames[key] else { return "a handler that has ended" }
    if case .call(let method) = frame.kind { return method }
    return "\(frame.kind.name) in \(frame.plugin ?? "a cell")"
  }
}
