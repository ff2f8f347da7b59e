import Broker
import KernelProtocol

/// Streams, as the shims at both ends see them.
extension SimulatedWorld {
  mutating func performStreamStep(
    _ step: SimulatedStep, of handler: inout SimulatedHandler, at id: ConnectionID
  ) {
    switch step {
    case .open(let method, let window, let timeout):
      var metadata = MessageMetadata()
      metadata.method = method
      metadata.stream = true
      metadata.credit = window
      metadata.timeout = timeout
      let request = ask(.callRequest, from: id, parent: handler.header, metadata: metadata)
      kernels[id]?.readings[request] = SimulatedReading(request: request, window: window)
      handler.reading.append(request)
    case .read: read(by: &handler, at: id)
    case .leave: if let request = handler.reading.popLast() { leave(request, from: id) }
    case .yield: yield(by: &handler, at: id)
    default: break
    }
  }

  /// Takes an item, or waits for it; after the last one the stream is done.
  private mutating func read(by handler: inout SimulatedHandler, at id: ConnectionID) {
    guard let request = handler.reading.last, let reading = kernels[id]?.readings[request] else {
      return
    }
    if reading.hasItem {
      guard let credit = kernels[id]?.readings[request]?.take() else { return }
      giveCredit(credit, for: request, from: id)
    } else if reading.hasEnded {
      handler.reading.removeLast()
    } else {
      handler.steps.insert(.read, at: 0)
      handler.wait = .item(request)
    }
  }

  private mutating func leave(_ request: String, from id: ConnectionID) {
    guard kernels[id]?.readings[request]?.hasEnded == false else { return }
    giveUp(request, from: id)
  }

  private mutating func giveCredit(_ credit: Int, for request: String, from id: ConnectionID) {
    var metadata = MessageMetadata()
    metadata.call = request
    metadata.credit = credit
    post(.credit, from: id, metadata: metadata)
  }

  private mutating func yield(by handler: inout SimulatedHandler, at id: ConnectionID) {
    guard handler.role == .stream, !handler.isCancelled else { return }
    guard handler.credit > 0 else {
      if !handler.hasToldWait { post(.creditWait, from: id, parent: handler.header) }
      handler.hasToldWait = true
      handler.steps.insert(.yield, at: 0)
      return handler.wait = .credit
    }
    var metadata = MessageMetadata()
    metadata.sequence = handler.yielded
    handler.credit -= 1
    handler.yielded += 1
    handler.hasToldWait = false
    post(
      .yieldItem, from: id, parent: handler.header, metadata: metadata,
      content: ["value": JSONValue(handler.yielded)])
  }

  /// Credit has come for a producer.
  mutating func credit(_ envelope: Envelope, at id: ConnectionID) {
    let granted = (try? MessageMetadata(reading: envelope.metadata))?.credit ?? 0
    guard
      let index = kernels[id]?.handlers.firstIndex(where: { $0.header.id == envelope.parentID })
    else { return }
    kernels[id]?.handlers[index].credit += granted
    guard kernels[id]?.handlers[index].wait == .credit else { return }
    kernels[id]?.handlers[index].wait = .nothing
  }

  /// An item has come for a reader.
  mutating func item(_ envelope: Envelope, at id: ConnectionID) {
    guard let request = envelope.parentID else { return }
    let sequence = (try? MessageMetadata(reading: envelope.metadata))?.sequence
    guard kernels[id]?.readings[request] != nil else {
      return failures.append("\(id) got an item of \(request), which it does not read")
    }
    if let problem = kernels[id]?.readings[request]?.receive(sequence: sequence) {
      failures.append(problem)
    }
    itemCount += 1
    for index in kernels[id]?.handlers.indices ?? 0..<0
    where kernels[id]?.handlers[index].wait == .item(request) {
      kernels[id]?.handlers[index].wait = .nothing
    }
  }
}
