import KernelProtocol

extension Broker {
  /// The next number for a message of the orchestrator's own.
  mutating func nextMessageNumber() -> UInt64 {
    messageCount += 1
    return messageCount
  }

  /// The header of a message of the orchestrator's own.
  func header(_ type: MessageType, number: UInt64) -> Header {
    Header(
      messageID: messagePrefix + String(number), type: type, session: configuration.session,
      date: date)
  }

  /// Sends a message that answers, or stands for, another.
  @discardableResult
  mutating func send(
    _ type: MessageType, to id: ConnectionID, parent: FrameBytes = .emptyObject,
    metadata: FrameBytes = .emptyObject, content: FrameBytes = .emptyObject,
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
    _ type: MessageType, to request: FrameBytes, on id: ConnectionID,
    content: FrameBytes = .emptyObject
  ) {
    send(type, to: id, parent: request, metadata: .outcomeOK, content: content)
  }

  /// Replies with an outcome other than ok.
  mutating func reply(
    _ type: MessageType, to request: FrameBytes, on id: ConnectionID, _ error: OutcomeError
  ) {
    send(
      type, to: id, parent: request, metadata: .outcome(error.outcome),
      content: FrameBytes(json: error.wire))
  }

  /// The number in the id of a message of the orchestrator's own; nil for anybody else's.
  func number(ofMessage id: String) -> UInt64? {
    guard id.hasPrefix(messagePrefix) else { return nil }
    return UInt64(id.dropFirst(messagePrefix.count))
  }

  /// The frame that a message is sent on behalf of or answers: it must be the sender's own.
  func frameKey(parentOf envelope: Envelope, on id: ConnectionID) -> FrameKey? {
    guard let parent = envelope.parentMessageID, let number = number(ofMessage: parent) else {
      return nil
    }
    return FrameKey(number: number, connection: id)
  }
}
