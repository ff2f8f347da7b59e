import Broker
import KernelProtocol

/// How simulated kernels answer what comes.
extension SimulatedWorld {
  /// Sends a message of a kernel's, and remembers that a request waits for its reply.
  @discardableResult
  mutating func post(
    _ type: MessageType, from id: ConnectionID, parent: Header? = nil,
    metadata: MessageMetadata = MessageMetadata(), content: JSONValue = [:]
  ) -> String {
    guard
      let envelope = kernels[id]?.message(
        type, parent: parent, metadata: metadata, content: content)
    else { return "" }
    toBroker[id, default: []].append(envelope)
    return envelope.id
  }

  mutating func arrive(_ envelope: Envelope, at id: ConnectionID) {
    guard kernels[id]?.isAlive == true else { return }
    switch envelope.type.known {
    case .loadPlugin: load(envelope, at: id)
    case .startPlugin: reply(.startPluginReply, to: envelope.header, from: id)
    case .callRequest: open(.call, envelope.header, at: id)
    case .event: event(envelope, at: id)
    case .eventGrant: granted(envelope, at: id)
    case .subscribeReply: subscribed(envelope)
    case .callReply, .emitReply, .lockReply: resume(envelope, at: id)
    case .cancel: cancel(envelope, at: id)
    default: break
    }
  }

  /// Lets a handler do its next step, or end.
  mutating func advanceHandler(_ index: Int, of id: ConnectionID) {
    guard var handler = kernels[id]?.handlers[index] else { return }
    guard !handler.steps.isEmpty else { return finish(index, of: id) }
    let step = handler.steps.removeFirst()
    handler.awaited = perform(step, of: handler, at: id)
    kernels[id]?.handlers[index] = handler
    if let awaited = handler.awaited { kernels[id]?.open.insert(awaited) }
  }

  /// A kernel dies, with all that it has on its way.
  mutating func crash() {
    let alive = kernels.values.filter(\.isAlive).map(\.connection)
    guard let id = alive.sorted(by: { $0.number < $1.number }).randomElement(using: &random) else {
      return
    }
    kernels[id]?.isAlive = false
    kernels[id]?.handlers = []
    kernels[id]?.open = []
    if chance(0.5) { toBroker[id] = [] }
    while let envelope = toBroker[id]?.first {
      toBroker[id]?.removeFirst()
      input(.receive(id, envelope))
    }
    toKernel[id] = []
    input(.disconnect(id, ConnectionEnd(exit: .signalled("SIGKILL"))))
    toKernel[id] = []
  }

  /// A kernel replies to a call that is another's, or nobody's.
  mutating func forge() {
    let alive = kernels.values.filter(\.isAlive).map(\.connection)
    guard let id = alive.sorted(by: { $0.number < $1.number }).randomElement(using: &random) else {
      return
    }
    let number = UInt64.random(in: 1...400, using: &random)
    let header = HeaderFactory(session: "o").make(.callRequest, date: "", number: number)
    guard kernels[id]?.handlers.contains(where: { $0.header.id == header.id }) == false else {
      return
    }
    var metadata = MessageMetadata()
    metadata.outcome = .ok
    post(.callReply, from: id, parent: header, metadata: metadata, content: ["value": "forged"])
  }

  private mutating func reply(
    _ type: MessageType, to header: Header, from id: ConnectionID, outcome: Outcome = .ok
  ) {
    var metadata = MessageMetadata()
    metadata.outcome = outcome
    post(
      type, from: id, parent: header, metadata: metadata,
      content: outcome == .ok ? ["value": 1] : ["message": "it failed"])
    guard faults.duplicates, type == .callReply, chance(0.1) else { return }
    post(type, from: id, parent: header, metadata: metadata, content: ["value": "again"])
  }

  private mutating func load(_ envelope: Envelope, at id: ConnectionID) {
    guard let manifest = kernels[id]?.manifest else { return }
    for method in manifest.provides.keys.sorted() {
      post(.provide, from: id, parent: envelope.header, content: ["method": .string(method)])
    }
    for (index, pattern) in manifest.subscribes.enumerated() {
      post(
        .subscribe, from: id, parent: envelope.header,
        content: ["subscription": .string("s\(index)"), "pattern": .string(pattern.text)])
    }
    reply(.loadPluginReply, to: envelope.header, from: id)
  }

  private mutating func subscribed(_ envelope: Envelope) {
    guard let content = try? JSONParser().parse(envelope.content) else { return }
    let topics = content["topics"]?.arrayValue?.compactMap { $0["topic"]?.stringValue } ?? []
    subscriptions += topics + [content["nonce"]?.stringValue ?? ""]
  }

  private mutating func open(
    _ role: SimulatedHandler.Role, _ header: Header, at id: ConnectionID
  ) {
    let handler = SimulatedHandler(
      role: role, header: header, steps: program(), fails: chance(0.1),
      ignoresCancel: chance(0.2))
    kernels[id]?.handlers.append(handler)
  }

  private mutating func program() -> [SimulatedStep] {
    var steps: [SimulatedStep] = []
    let count = Int.random(in: 0...3, using: &random)
    for _ in 0..<count { steps += piece() }
    return steps
  }

  private mutating func piece() -> [SimulatedStep] {
    let plugin = Int.random(in: 0..<4, using: &random)
    switch Int.random(in: 0..<10, using: &random) {
    case 0..<5:
      let timeout = faults.timeouts && chance(0.2) ? 2.0 : nil
      return [.call(chance(0.8) ? "p\(plugin).do" : "p\(plugin).peek", timeout: timeout)]
    case 5: return [.emit("p\(plugin):done")]
    case 6:
      let name = chance(0.5) ? "a" : "b"
      return [.lock(name), .call("p\(plugin).do", timeout: nil), .unlock(name)]
    default: return [.pause]
    }
  }

  private mutating func perform(
    _ step: SimulatedStep, of handler: SimulatedHandler, at id: ConnectionID
  ) -> String? {
    var metadata = MessageMetadata()
    switch step {
    case .pause: return nil
    case .call(let method, let timeout):
      metadata.method = method
      metadata.timeout = timeout
      return post(.callRequest, from: id, parent: handler.header, metadata: metadata)
    case .emit(let event):
      metadata.event = event
      return post(.emit, from: id, parent: handler.header, metadata: metadata)
    case .lock(let name):
      return post(.lockRequest, from: id, parent: handler.header, content: ["name": .string(name)])
    case .unlock(let name):
      post(.unlock, from: id, parent: handler.header, content: ["name": .string(name)])
      return nil
    }
  }

  private mutating func finish(_ index: Int, of id: ConnectionID) {
    guard let handler = kernels[id]?.handlers.remove(at: index) else { return }
    let outcome: Outcome = handler.fails ? .handlerError : .ok
    reply(
      handler.role == .call ? .callReply : .eventReply, to: handler.header, from: id,
      outcome: outcome)
  }

  private mutating func event(_ envelope: Envelope, at id: ConnectionID) {
    guard let metadata = try? MessageMetadata(reading: envelope.metadata),
      let name = metadata.event,
      let sequence = metadata.sequence
    else { return failures.append("an event without a name or number") }
    if let last = kernels[id]?.sequences[name]?.last, sequence <= last {
      failures.append("\(name) came out of order: \(sequence) after \(last)")
    }
    kernels[id]?.sequences[name, default: []].append(sequence)
    let start = post(.eventStart, from: id, parent: envelope.header)
    kernels[id]?.ungranted[start] = envelope.header
  }

  private mutating func granted(_ envelope: Envelope, at id: ConnectionID) {
    guard let start = envelope.parentID,
      let header = kernels[id]?.ungranted.removeValue(forKey: start)
    else { return failures.append("a grant that nobody asked for") }
    let outcome = (try? MessageMetadata(reading: envelope.metadata))?.outcome
    if outcome == .ok { open(.event, header, at: id) }
  }

  private mutating func resume(_ envelope: Envelope, at id: ConnectionID) {
    guard let parent = envelope.parentID else { return }
    guard kernels[id]?.open.remove(parent) != nil else {
      return failures.append("\(id) got a second reply to \(parent)")
    }
    if envelope.type.known == .callReply { count(envelope) }
    guard let index = kernels[id]?.handlers.firstIndex(where: { $0.awaited == parent }) else {
      return
    }
    kernels[id]?.handlers[index].awaited = nil
    let outcome = (try? MessageMetadata(reading: envelope.metadata))?.outcome
    // A handler whose call or lock failed gives up the rest: it raises.
    if outcome != .ok { kernels[id]?.handlers[index].steps = [] }
  }

  private mutating func cancel(_ envelope: Envelope, at id: ConnectionID) {
    let frame = (try? MessageMetadata(reading: envelope.metadata))?.frame
    guard let index = kernels[id]?.handlers.firstIndex(where: { $0.header.id == frame }),
      let handler = kernels[id]?.handlers[index], !handler.ignoresCancel
    else { return }
    kernels[id]?.handlers.remove(at: index)
    let type: MessageType = handler.role == .call ? .callReply : .eventReply
    reply(type, to: handler.header, from: id, outcome: .cancelled)
  }
}
