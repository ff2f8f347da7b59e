import KernelProtocol

extension Broker {
  /// Sends a call to the kernel that provides it.
  mutating func sendCall(_ frame: Frame, method: String) {
    let remaining = frame.deadline.map { max(0, now.seconds(to: $0)) } ?? frame.timeout
    var fields = MessageMetadata()
    fields.method = method
    fields.remaining = remaining
    fields.depth = frame.depth
    fields.tenant = "default"
    fields.caller = callerName(of: frame)
    fields.traceparent = frame.trace.traceparent
    fields.stream = frame.isStream ? true : nil
    fields.credit = frame.credit?.remaining
    fields.bufferPaths = frame.request.fields.bufferPaths
    let header = send(
      .callRequest, to: frame.key.connection, parent: frame.request.header.bytes,
      metadata: fields.bytes, content: frame.request.content,
      buffers: frame.request.buffers, number: frame.key.number)
    frames[frame.key]?.wasSent(as: header)
  }

  /// A kernel's reply to a call: accepted once, from the kernel that was asked, while somebody waits.
  mutating func receiveReply(_ message: IncomingMessage, from peer: Peer) {
    guard let frame = runningFrame(answeredBy: message, on: peer.id),
      case .call = frame.kind
    else { return drop(.lateReply, from: peer.id) }
    guard frame.phase == .running else {
      drop(.lateReply, from: peer.id)
      return remove(frame.key)
    }
    complete(frame.key, ending(of: message, from: frame, on: peer))
  }

  /// The frame that a reply is for, if its kernel was given it and has not answered yet.
  func runningFrame(answeredBy message: IncomingMessage, on id: ConnectionID) -> Frame? {
    guard let key = frameKey(parentOf: message, on: id), let frame = frames[key],
      frame.phase != .waiting
    else { return nil }
    return frame
  }

  /// What a kernel's reply means; errors get the plugin and language of the frames that have none.
  mutating func ending(of message: IncomingMessage, from frame: Frame, on peer: Peer) -> Ending {
    guard let outcome = message.fields.outcome else {
      return .error(OutcomeError(.invalidReply, "The kernel's reply has no outcome."))
    }
    if outcome == .ok { return checked(message, from: frame) }
    return .error(error(outcome, in: message, from: peer))
  }

  /// A result that its schema does not allow is no result. That of a stream is in its items.
  private mutating func checked(_ message: IncomingMessage, from frame: Frame) -> Ending {
    guard let method = declaration(of: frame), !method.isStream else { return .reply(.ok, message) }
    let interface = frame.origin.interface
    let error =
      mismatch(
        ofValueIn: message.content, against: method.result,
        as: "The result of \(frame.kind.name)")
      ?? mismatch(
        ofValueIn: message.content, against: interface?.method.result,
        as: "The result of \(frame.kind.name), by the interface of \(interface?.point ?? ""),")
    guard let error else { return .reply(.ok, message) }
    return .error(error)
  }

  /// The error that a kernel replied with. Outcomes that only the orchestrator can know are the handler's own claim.
  func error(
    _ outcome: Outcome, in message: IncomingMessage, from peer: Peer
  ) -> OutcomeError {
    let claimed = Self.kernelOutcomes.contains(outcome) ? outcome : .handlerError
    return OutcomeError(wire: content(message) ?? [:], outcome: claimed)
      .stamping(plugin: peer.principal, language: peer.language)
  }

  /// The outcomes that a kernel may reply with.
  private static let kernelOutcomes: Set<Outcome> = [
    .handlerError, .invalidPayload, .invalidReply, .cancelled, .tooLarge, .notSerializable,
    .noProvider, .timeout,
  ]
}
