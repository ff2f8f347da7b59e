import KernelProtocol

extension Broker {
  /// An item of a stream goes to its consumer, against credit.
  mutating func receiveItem(_ message: IncomingMessage, from peer: Peer) {
    guard let frame = runningFrame(answeredBy: message, on: peer.id),
      frame.phase == .running, let caller = frame.caller, frame.isStream
    else { return drop(.lateReply, from: peer.id) }
    guard frames[frame.key]?.credit?.spend() == true else {
      return drop(.beyondCredit, from: peer.id)
    }
    if let method = declaration(of: frame),
      let error = mismatch(
        ofValueIn: message.content, against: method.result, as: "An item of \(frame.kind.name)")
    {
      return abandon(frame.key, error, reason: "cancelled")
    }
    renewDeadline(of: frame.key)
    frames[frame.key]?.itemCount += 1
    if let consumer = frame.parent { frames[consumer]?.mayRun = true }
    send(
      .yieldItem, to: caller.connection, parent: caller.header,
      metadata: itemMetadata(message.fields), content: message.content,
      buffers: message.buffers)
  }

  /// A consumer has room for more.
  mutating func receiveCredit(_ message: IncomingMessage, from peer: Peer) {
    guard let call = message.fields.call, let key = connections[peer.id]?.calls[call],
      let granted = frames[key]?.credit?.grant(message.fields.credit ?? 0), granted > 0,
      let frame = frames[key], frame.phase == .running
    else { return }
    frames[key]?.awaitsCredit = false
    renewDeadline(of: key)
    if let consumer = frame.parent { askWaiters(around: .frame(consumer)) }
    var fields = MessageMetadata()
    fields.credit = granted
    send(.credit, to: key.connection, parent: frame.openingHeader, metadata: fields.bytes)
  }

  /// A producer has an item and no credit: its wait counts for deadlocks, and its consumer's requests may pass it.
  mutating func receiveCreditWait(_ message: IncomingMessage, from peer: Peer) {
    guard let frame = runningFrame(answeredBy: message, on: peer.id),
      frames[frame.key]?.credit?.isExhausted == true
    else { return }
    frames[frame.key]?.awaitsCredit = true
    admit(into: frame.plugin)
    breakDeadlock(from: .frame(frame.key))
  }

  /// A report on a long call goes to whoever waits for it; that of an event's handler gives it its time anew.
  mutating func receiveProgress(_ message: IncomingMessage, from peer: Peer) {
    guard let frame = runningFrame(answeredBy: message, on: peer.id), frame.phase == .running
    else { return }
    if case .event = frame.kind { giveTimeAnew(to: frame) }
    guard let caller = frame.caller else { return }
    send(.progress, to: caller.connection, parent: caller.header, content: message.content)
  }

  /// A stream's deadline is one per item; while the consumer is the one to wait for, there is none.
  private mutating func renewDeadline(of key: FrameKey) {
    guard let frame = frames[key], frame.origin.deadline != nil else { return }
    guard frame.credit?.isExhausted == true else { return giveTimeAnew(to: frame) }
    frames[key]?.deadline = nil
    deadlines.remove(.frame(key))
  }

  /// The whole of a frame's time begins again, also for what it asks of others.
  private mutating func giveTimeAnew(to frame: Frame) {
    let deadline = now.advanced(bySeconds: frame.timeout)
    frames[frame.key]?.deadline = deadline
    deadlines.set(.frame(frame.key), at: deadline)
  }

  private func itemMetadata(_ fields: MessageMetadata) -> FrameBytes {
    var item = MessageMetadata()
    item.sequence = fields.sequence ?? 0
    item.bufferPaths = fields.bufferPaths
    return item.bytes
  }
}
