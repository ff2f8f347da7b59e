import KernelProtocol

extension Broker {
  /// The next number for a message of the orchestrator's own.
  mutating func nextMessageNumber() -> UInt64 {
    messageCount += 1
    return messageCount
  }

  /// The header of a message of the orchestrator's own.
  func header(_ type: MessageType.Known, number: UInt64) -> Header {
    headers.make(MessageType(type), date: date, number: number)
  }

  /// Sends a message that answers, or stands for, another.
  @discardableResult
  mutating func send(
    _ type: MessageType.Known, to id: ConnectionID, parent: FrameBytes = Envelope.emptyObject,
    metadata: FrameBytes = Envelope.emptyObject, content: FrameBytes = Envelope.emptyObject,
    buffers: [FrameBytes] = [], number: UInt64? = nil
  ) -> Header {
    let header = header(type, number: number ?? nextMessageNumber())
    let envelope = Envelope(
      header: header, parentHeader: parent, metadata: metadata, content: content, buffers: buffers)
    effects.append(.send(id, envelope))
    return header
  }

  /// Replies ok.
  mutating func replyOK(
    _ type: MessageType.Known, to request: FrameBytes, on id: ConnectionID,
    content: FrameBytes = Envelope.emptyObject
  ) {
    send(type, to: id, parent: request, metadata: Self.metadata(.ok), content: content)
  }

  /// Replies with an outcome other than ok.
  mutating func reply(
    _ type: MessageType.Known, to request: FrameBytes, on id: ConnectionID, _ error: OutcomeError
  ) {
    send(
      type, to: id, parent: request, metadata: Self.metadata(error.outcome),
      content: error.content)
  }

  /// The metadata of a reply.
  static func metadata(_ outcome: Outcome) -> FrameBytes {
    var fields = MessageMetadata()
    fields.outcome = outcome
    return fields.bytes
  }

  /// The number in the id of a message of the orchestrator's own; nil for anybody else's.
  func number(ofMessage id: String) -> UInt64? {
    guard id.hasPrefix(messagePrefix) else { return nil }
    return UInt64(id.dropFirst(messagePrefix.count))
  }

  /// The frame that a message is sent on behalf of or answers: it must be the sender's own.
  func frameKey(parentOf message: IncomingMessage, on id: ConnectionID) -> FrameKey? {
    guard let parent = message.parentID, let number = number(ofMessage: parent) else {
      return nil
    }
    return FrameKey(number: number, connection: id)
  }
}
