import KernelProtocol

/// Whether a handler waits, and for what, is known for certain only to its kernel: it may be about to make another call that races with
/// the first, it may have an item to take, or have lost interest in a call. So when it matters, and only then, the kernel is asked
/// (§4.6 of the protocol).
extension Broker {
  /// Asks the kernels of the frames that would be in a deadlock with the given party, if they waited.
  mutating func askWaiters(around start: WaitNode) {
    guard configuration.detectsDeadlocks else { return }
    for node in possibleWaitGraph.stuck(around: start) {
      guard case .frame(let key) = node, let frame = frames[key], !frame.isWatched,
        tellsWaits(frame),
        frame.phase == .running, !frame.awaitsCredit
      else { continue }
      frames[key]?.isWatched = true
      var fields = MessageMetadata()
      fields.frame = messagePrefix + String(key.number)
      send(.waitQuery, to: key.connection, parent: frame.openingHeader, metadata: fields.bytes)
    }
  }

  /// A frame gets something that it asked for, and has asked for more: nobody knows what it does now.
  mutating func noteDelivery(to key: FrameKey) {
    guard let frame = frames[key],
      !frame.outgoing.isEmpty || !frame.awaitedLocks.isEmpty || !frame.emissions.isEmpty
    else { return }
    frames[key]?.mayRun = true
    askWaiters(around: .frame(key))
  }

  /// A kernel says that a frame cannot go on before one of these requests is answered.
  ///
  /// What it says is old when one of them is answered: the answer is on its way, and the kernel will say more.
  mutating func receiveWaiting(_ message: IncomingMessage, from peer: Peer) {
    guard let frame = runningFrame(answeredBy: message, on: peer.id), frame.phase == .running,
      let requests = content(message)?["requests"]?.arrayValue, !requests.isEmpty
    else { return }
    let waits = requests.compactMap { toldWait($0, of: peer.id) }
    guard waits.count == requests.count, waits.allSatisfy(isOpen) else { return }
    frames[frame.key]?.toldWaits = waits
    breakDeadlock(from: .frame(frame.key))
  }

  /// Whether something that a kernel said is waited for has not been answered since.
  func isOpen(_ wait: ToldWait) -> Bool {
    switch wait {
    case .call(let key, let itemCount):
      guard let frame = frames[key], frame.phase != .abandoned else { return false }
      return frame.itemCount == itemCount
    case .lock(let key, let name):
      return frames[key]?.awaitedLocks.contains { $0.name == name } ?? false
    case .emission(let number): return emissions[number] != nil
    }
  }

  /// Who has to go on for that.
  func node(_ wait: ToldWait) -> WaitNode? {
    switch wait {
    case .call(let key, _): node(key)
    case .lock(_, let name): locks.holder(of: name).map(WaitNode.frame)
    case .emission(let number): .emission(number)
    }
  }

  /// Whether a frame's kernel says what it waits for.
  func tellsWaits(_ frame: Frame) -> Bool {
    connections[frame.key.connection]?.tellsWaits ?? false
  }

  private func toldWait(_ request: JSONValue, of peer: ConnectionID) -> ToldWait? {
    guard let id = request["msg_id"]?.stringValue, let connection = connections[peer] else {
      return nil
    }
    if let key = connection.calls[id] {
      return .call(key, itemCount: request["items"]?.intValue ?? 0)
    }
    let emission = emissions.first {
      $0.value.caller.connection == peer && $0.value.caller.messageID == id
    }
    if let number = emission?.key { return .emission(number) }
    for key in connection.frames {
      guard let lock = frames[key]?.awaitedLocks.first(where: { $0.messageID == id }) else {
        continue
      }
      return .lock(key, name: lock.name)
    }
    return nil
  }
}
