import KernelProtocol

extension Client {
  /// A call of a method that the application provides: its handler runs in a task of its own.
  func serve(_ envelope: Envelope) {
    let request = ClientMessage(envelope)
    let context = CallContext(request)
    guard let method = methods[context.method] else {
      return answer(
        request, .failure(OutcomeError(.unavailable, "\(context.method) was withdrawn.")))
    }
    let frame = ServedFrame(client: self, header: request.header)
    let stream = Self.stream(for: request)
    streams[envelope.id] = stream
    let call = ServedCall(message: request, context: context, client: self, stream: stream)
    serving[envelope.id] = Task {
      let result = await ServedFrame.$current.withValue(frame) {
        await FrameTracer.with(tracer?.context(of: context.traceparent)) {
          await method.answer(call)
        }
      }
      serving[envelope.id] = nil
      streams[envelope.id] = nil
      answer(request, result)
    }
  }

  /// The caller has given up, or its time is up: the handler's task is cancelled.
  func stopServing(_ envelope: Envelope) {
    guard let id = envelope.parentID else { return }
    serving[id]?.cancel()
  }

  /// The consumer of a stream has room for more items.
  func receiveCredit(_ envelope: Envelope) {
    guard let id = envelope.parentID, let stream = streams[id] else { return }
    stream.grant(ClientMessage(envelope).metadata["credit"]?.intValue ?? 0)
  }

  private static func stream(for request: ClientMessage) -> ServedStream? {
    guard request.metadata["stream"]?.boolValue == true else { return nil }
    return ServedStream(credit: request.metadata["credit"]?.intValue ?? 0)
  }

  private func answer(_ request: ClientMessage, _ result: Result<JSONValue, OutcomeError>) {
    switch result {
    case .success(let value):
      tell(
        .callReply, parent: request.header, metadata: ["outcome": "ok"],
        content: ["value": value])
    case .failure(let error):
      tell(
        .callReply, parent: request.header,
        metadata: ["outcome": .string(error.outcome.rawValue)], content: error.wire())
    }
  }
}
