import KernelProtocol

extension Broker {
  /// An item of a stream goes to its consumer, against credit.
  mutating func receiveItem(_ envelope: Envelope, from connection: Connection) {
    guard let frame = runningFrame(answeredBy: envelope, on: connection.id),
      frame.phase == .running, let caller = frame.caller, frame.isStream
    else { return drop(.lateReply, from: connection.id) }
    guard frames[frame.key]?.credit?.spend() == true else {
      return drop(.beyondCredit, from: connection.id)
    }
    renewDeadline(of: frame.key)
    send(
      .yieldItem, to: caller.connection, parent: caller.header,
      metadata: itemMetadata(envelope.fields), content: envelope.content,
      buffers: envelope.buffers)
  }

  /// A consumer has room for more.
  mutating func receiveCredit(_ envelope: Envelope, from connection: Connection) {
    guard let call = envelope.fields.call, let key = connection.calls[call],
      let granted = frames[key]?.credit?.grant(envelope.fields.credit ?? 0), granted > 0,
      let frame = frames[key], frame.phase == .running
    else { return }
    frames[key]?.awaitsCredit = false
    renewDeadline(of: key)
    var builder = JSONBuilder()
    builder.object { $0.field("credit", granted) }
    send(
      .credit, to: key.connection, parent: frame.openingHeader,
      metadata: FrameBytes(builder.bytes))
  }

  /// A producer has an item and no credit: its wait counts for deadlocks, and its consumer's requests may pass it.
  mutating func receiveCreditWait(_ envelope: Envelope, from connection: Connection) {
    guard let frame = runningFrame(answeredBy: envelope, on: connection.id),
      frames[frame.key]?.credit?.isExhausted == true
    else { return }
    frames[frame.key]?.awaitsCredit = true
    admit(into: frame.plugin)
    breakDeadlock(from: .frame(frame.key))
  }

  /// A report on a long call goes to whoever waits for it.
  mutating func receiveProgress(_ envelope: Envelope, from connection: Connection) {
    guard let frame = runningFrame(answeredBy: envelope, on: connection.id),
      frame.phase == .running, let caller = frame.caller
    else { return }
    send(.progress, to: caller.connection, parent: caller.header, content: envelope.content)
  }

  /// A stream's deadline is one per item; while the consumer is the one to wait for, there is none.
  private mutating func renewDeadline(of key: FrameKey) {
    guard let frame = frames[key], frame.deadline != nil else { return }
    if frame.credit?.isExhausted == true {
      deadlines.remove(.frame(key))
    } else {
      deadlines.set(.frame(key), at: now.advanced(bySeconds: frame.timeout))
    }
  }

  private func itemMetadata(_ fields: MessageMetadata) -> FrameBytes {
    var builder = JSONBuilder()
    builder.object { object in
      object.field("sequence", fields.sequence ?? 0)
      if let paths = fields.bufferPaths { object.field("buffer_paths", raw: paths) }
    }
    return FrameBytes(builder.bytes)
  }
}
