import KernelProtocol

extension Broker {
  /// Sends a call to the kernel that provides it.
  mutating func sendCall(_ frame: Frame, method: String) {
    let remaining = frame.deadline.map { max(0, now.seconds(to: $0)) } ?? frame.timeout
    var builder = JSONBuilder()
    builder.object { object in
      object.field("method", method)
      object.field("remaining", remaining)
      object.field("depth", frame.depth)
      object.field("tenant", "default")
      object.field("caller", frame.caller.flatMap { connections[$0.connection]?.principal } ?? "")
      object.field("traceparent", frame.trace.traceparent)
      if let credit = frame.credit {
        object.field("stream", true)
        object.field("credit", credit.remaining)
      }
      if let paths = frame.request.fields.bufferPaths { object.field("buffer_paths", raw: paths) }
    }
    let header = send(
      .callRequest, to: frame.key.connection, parent: frame.request.header.raw,
      metadata: FrameBytes(builder.bytes), content: frame.request.content,
      buffers: frame.request.buffers, number: frame.key.number)
    frames[frame.key]?.openingHeader = header.raw
    frames[frame.key]?.request = frame.request.withoutBody
  }

  /// A kernel's reply to a call: accepted once, from the kernel that was asked, while somebody waits.
  mutating func receiveReply(_ envelope: Envelope, from connection: Connection) {
    guard let frame = runningFrame(answeredBy: envelope, on: connection.id),
      case .call = frame.kind
    else { return drop(.lateReply, from: connection.id) }
    guard frame.phase == .running else {
      drop(.lateReply, from: connection.id)
      return remove(frame.key)
    }
    complete(frame.key, ending(of: envelope, from: frame, on: connection))
  }

  /// The frame that a reply is for, if its kernel was given it and has not answered yet.
  func runningFrame(answeredBy envelope: Envelope, on id: ConnectionID) -> Frame? {
    guard let key = frameKey(parentOf: envelope, on: id), let frame = frames[key],
      frame.phase != .waiting
    else { return nil }
    return frame
  }

  /// What a kernel's reply means; errors get the plugin and language of the frames that have none.
  func ending(of envelope: Envelope, from frame: Frame, on connection: Connection) -> Ending {
    guard let outcome = envelope.fields.outcome.flatMap(Outcome.init(rawValue:)) else {
      return .error(.malformed("the kernel's reply has no known outcome", as: .invalidReply))
    }
    if outcome == .ok { return .reply(.ok, envelope) }
    return .error(error(outcome, in: envelope, from: connection))
  }

  /// The error that a kernel replied with. Outcomes that only the orchestrator can know are the handler's own claim.
  func error(
    _ outcome: Outcome, in envelope: Envelope, from connection: Connection
  ) -> OutcomeError {
    let content = (try? JSONParser.parse(envelope.content)) ?? .object([:])
    let claimed = Self.kernelOutcomes.contains(outcome) ? outcome : .handlerError
    return OutcomeError(outcome: claimed, wire: content)
      .stamping(plugin: connection.principal, language: connection.language)
  }

  /// The outcomes that a kernel may reply with.
  private static let kernelOutcomes: Set<Outcome> = [
    .handlerError, .invalidPayload, .invalidReply, .cancelled, .tooLarge, .notSerializable,
    .noProvider, .timeout,
  ]
}
