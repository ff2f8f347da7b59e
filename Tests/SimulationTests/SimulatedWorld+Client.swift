import Broker
import KernelProtocol

/// A client that calls, reads streams slowly, and gives up now and then.
extension SimulatedWorld {
  mutating func clientCall() {
    var metadata = MessageMetadata()
    if chance(0.2) {
      metadata.method = "p\(plugin()).list"
      metadata.stream = true
      metadata.credit = Int.random(in: 1...3, using: &random)
    } else {
      metadata.method = method()
    }
    if faults.timeouts, chance(0.3) {
      metadata.timeout = Double.random(in: 0.5...9, using: &random)
    }
    let request = send(.callRequest, metadata)
    if let window = metadata.credit {
      clientReadings[request] = SimulatedReading(request: request, window: window)
    }
  }

  mutating func clientCancel() {
    guard let call = clientOpen.sorted().randomElement(using: &random) else { return }
    cancel(call)
  }

  /// Takes an item of a stream, or leaves the stream.
  mutating func clientReads(_ request: String) {
    if faults.cancels, chance(0.1) { return cancel(request) }
    guard let credit = clientReadings[request]?.take() else { return }
    var metadata = MessageMetadata()
    metadata.call = request
    metadata.credit = credit
    _ = send(.credit, metadata)
  }

  mutating func arriveAtClient(_ envelope: Envelope) {
    guard let parent = envelope.parentID else { return }
    switch envelope.type.known {
    case .yieldItem: clientItem(envelope, of: parent)
    case .callReply:
      // A client that came back gets nothing of what it asked for before.
      guard clientOpen.remove(parent) != nil else {
        return failures.append("the client got a second reply to \(parent)")
      }
      clientReadings[parent] = nil
      count(envelope)
    default: break
    }
  }

  mutating func count(_ envelope: Envelope) {
    guard let outcome = (try? MessageMetadata(reading: envelope.metadata))?.outcome else {
      return failures.append("a reply without an outcome")
    }
    outcomes[outcome, default: 0] += 1
  }

  private mutating func clientItem(_ envelope: Envelope, of request: String) {
    let sequence = (try? MessageMetadata(reading: envelope.metadata))?.sequence
    guard clientReadings[request] != nil else {
      return failures.append("the client got an item of \(request), which it does not read")
    }
    if let problem = clientReadings[request]?.receive(sequence: sequence) {
      failures.append(problem)
    }
    itemCount += 1
  }

  private mutating func cancel(_ request: String) {
    var metadata = MessageMetadata()
    metadata.call = request
    _ = send(.cancel, metadata)
  }

  private mutating func send(_ type: MessageType, _ metadata: MessageMetadata) -> String {
    let envelope = Envelope(
      header: clientHeaders.make(type, date: ""), metadata: metadata.bytes)
    if type.known == .callRequest { clientOpen.insert(envelope.id) }
    input(.receive(Self.client, envelope))
    return envelope.id
  }
}
