import KernelProtocol

extension Broker {
  /// A kernel has an event for its plugin, and asks for its turn in the mailbox.
  mutating func receiveEventStart(_ message: IncomingMessage, from peer: Peer) {
    guard let key = frameKey(parentOf: message, on: peer.id), let frame = frames[key],
      case .event = frame.kind, frame.phase == .waiting, let plugin = frame.plugin
    else {
      let error = OutcomeError.cancelled(reason: "the event is not waiting for this plugin")
      return reply(.eventGrant, to: message.header.bytes, on: peer.id, error)
    }
    frames[key]?.grantRequest = message.header.bytes
    guard !isOutdated(key) else {
      return abandon(key, .cancelled(reason: "a newer value is there"), reason: "cancelled")
    }
    let entry = Mailbox.Entry(
      key: key, byteCount: 0, interleaves: false, isReentrant: isReentrant(frame, in: plugin))
    if let refusal = plugins[plugin]?.mailbox.enqueue(entry) {
      return abandon(key, .overloaded(plugin: plugin, refusal), reason: "cancelled")
    }
    admit(into: plugin)
    // Whoever waits for a later event of the same line waits for this one too.
    guard frames[key]?.phase == .waiting else { return }
    if frame.awaitingParent != nil || directedFrames[key] != nil {
      breakDeadlock(from: .queued(key))
    }
  }

  /// It is the event's turn.
  mutating func grantEvent(_ frame: Frame) {
    guard let request = frame.grantRequest else { return }
    var fields = MessageMetadata()
    fields.outcome = .ok
    fields.remaining = frame.deadline.map { max(0, now.seconds(to: $0)) }
    fields.depth = frame.depth
    fields.frame = messagePrefix + String(frame.key.number)
    send(.eventGrant, to: frame.key.connection, parent: request, metadata: fields.bytes)
  }

  /// An event whose frame ends before its turn: its kernel is told to drop it.
  mutating func refuseGrant(_ frame: Frame, _ error: OutcomeError) {
    guard case .event = frame.kind, let request = frame.grantRequest else { return }
    reply(.eventGrant, to: request, on: frame.key.connection, error)
  }
}
