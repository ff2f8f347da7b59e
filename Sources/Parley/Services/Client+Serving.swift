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
    serving[envelope.id] = Task {
      let result = await ServedFrame.$current.withValue(frame) {
        await method.answer(request, context)
      }
      serving[envelope.id] = nil
      answer(request, result)
    }
  }

  /// The caller has given up, or its time is up: the handler's task is cancelled.
  func stopServing(_ envelope: Envelope) {
    guard let id = envelope.parentID else { return }
    serving[id]?.cancel()
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
