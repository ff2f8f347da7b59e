import Broker
import KernelProtocol

/// How simulated kernels answer what comes.
extension SimulatedWorld {
  /// Sends a message of a kernel's.
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

  /// Sends a request of a kernel's, which must get one reply.
  mutating func ask(
    _ type: MessageType, from id: ConnectionID, parent: Header,
    metadata: MessageMetadata = MessageMetadata(), content: JSONValue = [:]
  ) -> String {
    let request = post(type, from: id, parent: parent, metadata: metadata, content: content)
    kernels[id]?.open.insert(request)
    return request
  }

  mutating func arrive(_ envelope: Envelope, at id: ConnectionID) {
    guard kernels[id]?.isAlive == true else { return }
    switch envelope.type.known {
    case .loadPlugin: load(envelope, at: id)
    case .startPlugin: reply(.startPluginReply, to: envelope.header, from: id)
    case .callRequest: open(envelope, at: id)
    case .event: event(envelope, at: id)
    case .eventGrant: granted(envelope, at: id)
    case .subscribeReply: subscribed(envelope)
    case .callReply, .emitReply, .lockReply: resume(envelope, at: id)
    case .yieldItem: item(envelope, at: id)
    case .credit: credit(envelope, at: id)
    case .cancel: cancel(envelope, at: id)
    case .waitQuery: waitQuery(envelope, at: id)
    default: break
    }
  }

  /// A handler's reply, as ever; with faults it comes twice, or with an item after it.
  mutating func reply(
    _ type: MessageType, to header: Header, from id: ConnectionID, outcome: Outcome = .ok
  ) {
    var metadata = MessageMetadata()
    metadata.outcome = outcome
    post(
      type, from: id, parent: header, metadata: metadata,
      content: outcome == .ok ? ["value": 1] : ["message": "it failed"])
    guard faults.duplicates, type == .callReply else { return }
    if chance(0.1) {
      post(type, from: id, parent: header, metadata: metadata, content: ["value": "again"])
    }
    if chance(0.1) { post(.yieldItem, from: id, parent: header, content: ["value": "late"]) }
  }

  private mutating func load(_ envelope: Envelope, at id: ConnectionID) {
    guard let manifest = kernels[id]?.manifest else { return }
    for method in manifest.provides.keys.sorted() {
      post(.provide, from: id, parent: envelope.header, content: ["method": .string(method)])
    }
    for (index, pattern) in manifest.subscribes.enumerated() {
      var content: JSONObject = [
        "subscription": .string("s\(index)"), "pattern": .string(pattern.text),
      ]
      if Self.isShaped(pattern) { content["shape"] = shapes.shapes[manifest.name]?.json }
      post(.subscribe, from: id, parent: envelope.header, content: .object(content))
    }
    reply(.loadPluginReply, to: envelope.header, from: id)
  }

  private mutating func subscribed(_ envelope: Envelope) {
    guard let content = try? JSONParser().parse(envelope.content) else { return }
    let topics = content["topics"]?.arrayValue?.compactMap { $0["topic"]?.stringValue } ?? []
    subscriptions += topics + [content["nonce"]?.stringValue ?? ""]
  }

  // MARK: Handlers

  private mutating func open(_ envelope: Envelope, at id: ConnectionID) {
    guard let metadata = try? MessageMetadata(reading: envelope.metadata) else {
      return failures.append("a call_request that cannot be read")
    }
    let role: SimulatedHandler.Role = metadata.stream == true ? .stream : .call
    open(role, envelope.header, credit: metadata.credit ?? 0, at: id)
  }

  private mutating func open(
    _ role: SimulatedHandler.Role, _ header: Header, credit: Int = 0, at id: ConnectionID
  ) {
    let isSequential = kernels[id]?.isSequential ?? false
    var handler = SimulatedHandler(
      role: role, header: header, steps: program(role, isSequential: isSequential),
      fails: chance(0.1),
      ignoresCancel: chance(0.2))
    handler.credit = credit
    kernels[id]?.handlers.append(handler)
  }

  /// A handler has come to its end: it leaves what it reads, and replies.
  mutating func finish(_ handler: SimulatedHandler, of id: ConnectionID, outcome: Outcome? = nil) {
    kernels[id]?.handlers.removeAll { $0.header.id == handler.header.id }
    for request in handler.reading { giveUp(request, from: id) }
    let ending = outcome ?? (handler.fails ? .handlerError : .ok)
    if jobs.isJob(handler.header.id) { return finishJob(handler, of: id, ending) }
    reply(
      handler.role == .event ? .eventReply : .callReply, to: handler.header, from: id,
      outcome: ending)
  }

  /// A handler of a queued event has it, hands it back, or never wants it.
  private mutating func finishJob(
    _ handler: SimulatedHandler, of id: ConnectionID, _ outcome: Outcome
  ) {
    var metadata = MessageMetadata()
    metadata.outcome = outcome
    if outcome == .ok, let plugin = kernels[id]?.manifest.name {
      jobs.handled(handler.header.id, by: plugin)
    } else if outcome == .handlerError, chance(0.5) {
      metadata.disposition = chance(0.5) ? .nack : .reject
      metadata.delay = chance(0.5) ? 0.01 : nil
    }
    post(
      .eventReply, from: id, parent: handler.header, metadata: metadata,
      content: outcome == .ok ? ["handlers": 1] : ["message": "it failed"])
  }

  /// The SDK gives up a call, and does not wait.
  mutating func giveUp(_ request: String, from id: ConnectionID) {
    var metadata = MessageMetadata()
    metadata.call = request
    post(.cancel, from: id, metadata: metadata)
  }

  private mutating func event(_ envelope: Envelope, at id: ConnectionID) {
    guard let metadata = try? MessageMetadata(reading: envelope.metadata),
      let name = metadata.event
    else { return failures.append("an event without a name") }
    if metadata.delivery == .queued {
      job(envelope, name, attempt: metadata.attempt ?? 1, at: id)
    } else if metadata.subscriptions != nil, let plugin = kernels[id]?.manifest.name {
      shapes.arrived(envelope.content, isBatch: metadata.batch == true, at: plugin)
    } else if let sequence = metadata.sequence {
      if let last = kernels[id]?.sequences[name], sequence <= last {
        failures.append("\(name) came out of order: \(sequence) after \(last)")
      }
      kernels[id]?.sequences[name] = sequence
    } else {
      failures.append("\(name) has neither a number nor a delivery")
    }
    let start = post(.eventStart, from: id, parent: envelope.header)
    kernels[id]?.ungranted[start] = envelope.header
  }

  /// A queued event: those of one name come in the order in which they were emitted, unless one had to be put back.
  private mutating func job(
    _ envelope: Envelope, _ name: String, attempt: Int, at id: ConnectionID
  ) {
    guard let number = (try? JSONParser().parse(envelope.content))?["job"]?.intValue else {
      return failures.append("a job without a number")
    }
    let place = "\(id) \(name)"
    let isInOrder = jobs.arrived(number, as: envelope.id, attempt: attempt, at: place)
    if !isInOrder, faults == .none { failures.append("job \(number) came late to \(place)") }
  }

  private mutating func granted(_ envelope: Envelope, at id: ConnectionID) {
    guard let start = envelope.parentID,
      let header = kernels[id]?.ungranted.removeValue(forKey: start)
    else { return failures.append("a grant that nobody asked for") }
    let outcome = (try? MessageMetadata(reading: envelope.metadata))?.outcome
    if outcome == .ok { open(.event, header, at: id) }
  }

  private mutating func resume(_ envelope: Envelope, at id: ConnectionID) {
    guard let request = envelope.parentID else { return }
    guard kernels[id]?.open.remove(request) != nil else {
      return failures.append("\(id) got a second reply to \(request)")
    }
    if envelope.type.known == .callReply { count(envelope) }
    let outcome = (try? MessageMetadata(reading: envelope.metadata))?.outcome
    jobs.answered(request, isOK: outcome == .ok)
    shapes.answered(request, isOK: outcome == .ok)
    kernels[id]?.readings[request]?.hasEnded = true
    for index in kernels[id]?.handlers.indices ?? 0..<0 {
      kernels[id]?.handlers[index].receive(request, isOK: outcome == .ok)
      tellWait(ofHandler: index, at: id)
    }
  }

  private mutating func waitQuery(_ envelope: Envelope, at id: ConnectionID) {
    let frame = (try? MessageMetadata(reading: envelope.metadata))?.frame
    guard let index = kernels[id]?.handlers.firstIndex(where: { $0.header.id == frame }) else {
      return
    }
    kernels[id]?.handlers[index].isWatched = true
    tellWait(ofHandler: index, at: id)
  }

  /// Tells the broker what a handler that it has asked about waits for.
  mutating func tellWait(ofHandler index: Int, at id: ConnectionID) {
    guard let handler = kernels[id]?.handlers[index], handler.isWatched,
      !handler.wait.requests.isEmpty
    else { return }
    let requests = handler.wait.requests.sorted().map { request -> JSONValue in
      let items = kernels[id]?.readings[request]?.received
      return ["msg_id": .string(request), "items": JSONValue(items ?? 0)]
    }
    post(.waiting, from: id, parent: handler.header, content: ["requests": .array(requests)])
  }

  private mutating func cancel(_ envelope: Envelope, at id: ConnectionID) {
    let frame = (try? MessageMetadata(reading: envelope.metadata))?.frame
    guard let index = kernels[id]?.handlers.firstIndex(where: { $0.header.id == frame }),
      let handler = kernels[id]?.handlers[index]
    else { return }
    guard handler.ignoresCancel else { return finish(handler, of: id, outcome: .cancelled) }
    kernels[id]?.handlers[index].isCancelled = true
    if handler.wait == .credit { kernels[id]?.handlers[index].wait = .nothing }
  }
}
