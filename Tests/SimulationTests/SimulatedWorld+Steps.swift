import Broker
import KernelProtocol

/// What each step of a handler does.
extension SimulatedWorld {
  /// Lets a handler do its next step, or end.
  mutating func advanceHandler(_ index: Int, of id: ConnectionID) {
    guard var handler = kernels[id]?.handlers[index] else { return }
    guard !handler.steps.isEmpty else { return finish(handler, of: id) }
    perform(handler.steps.removeFirst(), of: &handler, at: id)
    kernels[id]?.handlers[index] = handler
    tellWait(ofHandler: index, at: id)
  }

  private mutating func perform(
    _ step: SimulatedStep, of handler: inout SimulatedHandler, at id: ConnectionID
  ) {
    switch step {
    case .pause: break
    case .call(let method, let timeout):
      handler.wait = .any([call(method, timeout: timeout, of: handler, at: id)])
    case .race(let methods):
      handler.wait = .any(Set(methods.map { call($0, timeout: nil, of: handler, at: id) }))
    case .gather(let methods):
      handler.wait = .all(Set(methods.map { call($0, timeout: nil, of: handler, at: id) }))
    case .cancelRest:
      for request in handler.rest.sorted() { giveUp(request, from: id) }
    case .awaitRest:
      if !handler.rest.isEmpty { handler.wait = .any(handler.rest) }
      handler.rest = []
    case .open, .read, .leave, .yield: performStreamStep(step, of: &handler, at: id)
    case .emit, .emitJob, .emitNews, .lock, .unlock: performOther(step, of: &handler, at: id)
    }
  }

  private mutating func performOther(
    _ step: SimulatedStep, of handler: inout SimulatedHandler, at id: ConnectionID
  ) {
    var metadata = MessageMetadata()
    switch step {
    case .emit(let event):
      metadata.event = event
      handler.wait = .any([ask(.emit, from: id, parent: handler.header, metadata: metadata)])
    case .emitJob(let event, let confirm):
      metadata.event = event
      metadata.confirm = confirm
      let number = jobs.make()
      let request = ask(
        .emit, from: id, parent: handler.header, metadata: metadata,
        content: ["job": JSONValue(number)])
      jobs.asked(number, by: request)
      handler.wait = .any([request])
    case .emitNews(let event): handler.wait = .any([emitNews(event, of: handler, at: id)])
    case .lock(let name, let timeout):
      metadata.timeout = timeout
      let content: JSONValue = ["name": .string(name)]
      handler.wait = .any([
        ask(.lockRequest, from: id, parent: handler.header, metadata: metadata, content: content)
      ])
    case .unlock(let name):
      post(.unlock, from: id, parent: handler.header, content: ["name": .string(name)])
    default: break
    }
  }

  private mutating func call(
    _ method: String, timeout: Double?, of handler: SimulatedHandler, at id: ConnectionID
  ) -> String {
    var metadata = MessageMetadata()
    metadata.method = method
    metadata.timeout = timeout
    return ask(.callRequest, from: id, parent: handler.header, metadata: metadata)
  }
}
