import Broker
import KernelManagement
import KernelProtocol
import ZeroMQ

extension Orchestrator {
  /// Gives the broker an input and does what it wants done.
  func handle(_ input: BrokerInput) {
    var effects: [BrokerEffect] = []
    swap(&effects, &self.effects)
    effects.removeAll(keepingCapacity: true)
    let now = clock.read()
    broker.handle(input, at: now, date: clock.date, into: &effects)
    for effect in effects { perform(effect) }
    swap(&effects, &self.effects)
    setTimer()
    wakeWaiters()
  }

  /// Something has happened on the socket of the kernels.
  func kernelEvent(_ event: PeerEvent) {
    switch event {
    case .arrived(let routingID):
      // What a kernel wrote before its messages comes before them.
      for pipe in peersByRoutingID[routingID]?.output ?? [] { pipe.drain() }
    case .message(let routingID, let frames): kernelMessage(frames, from: routingID)
    case .gone(let routingID):
      // Of a process that Parley started the end is told by the system.
      if let peer = peersByRoutingID[routingID], peer.attached != nil { connectionEnded(of: peer) }
    case .refused(let process, let reason):
      refuse(peers.values.first { $0.processID == process }?.source ?? "a process", reason)
    }
  }

  /// A message from a kernel is verified and routed.
  func kernelMessage(_ frames: [FrameBytes], from routingID: [UInt8]) {
    guard let peer = peersByRoutingID[routingID] else {
      return strangerMessage(frames, from: routingID)
    }
    do throws(EnvelopeError) {
      let envelope = try Envelope.decode(frames, signer: peer.signer)
      guard peer.replays.insert(envelope.id) else {
        return refuse(peer.source, "a repeated message, \(envelope.id)")
      }
      guard envelope.byteCount <= configuration.messageLimit + 65_536 else {
        return refuse(peer.source, "a message of \(envelope.byteCount) bytes")
      }
      trace(envelope, .received, peer.source)
      handle(.receive(peer.connection, envelope))
    } catch {
      refuse(peer.source, error.description)
    }
  }

  /// A message from the host application; one that comes before the start waits for that.
  func hostMessage(_ envelope: Envelope) {
    guard isServing else { return early.append(envelope) }
    trace(envelope, .received, Self.operatorName)
    if envelope.type.known == .statusRequest {
      return receiveStatus(envelope, from: Self.host)
    }
    if envelope.type.known == .deadLettersRequest {
      return receiveDeadLetters(envelope, from: Self.host)
    }
    handle(.receive(Self.host, envelope))
  }

  func perform(_ effect: BrokerEffect) {
    switch effect {
    case .send(let id, let envelope): send(envelope, to: id)
    case .publish(let topic, let key, let envelope): publish(envelope, topic: topic, key: key)
    case .admit(let topic): events?.admit(topic)
    case .interrupt(let id): peers[id]?.process?.signal(.interrupt)
    case .launch(let plugin): relaunch(plugin)
    case .end(let id): endKernel(id)
    case .store, .keep, .forget, .attempted: keep(effect)
    case .storage(let task): perform(task)
    case .report(let report): tell(report)
    }
  }

  func refuse(_ source: String, _ reason: String) {
    hub.send(.refused(source: source, reason: redaction.redactor.redact(reason)))
  }

  private func send(_ envelope: Envelope, to id: ConnectionID) {
    if id == Self.host {
      trace(envelope, .sent, Self.operatorName)
      let shown = redaction.redact(envelope)
      client.assumeIsolated { $0.receive(shown) }
    } else if let peer = peers[id] {
      trace(envelope, .sent, peer.source)
      requests?.send(envelope.encode(signer: peer.signer), to: peer.routingID)
    } else if let routingID = controllers.routingID(of: id) {
      trace(envelope, .sent, Self.operatorName)
      control?.send(redaction.redact(envelope).encode(signer: .unsigned), to: routingID)
    }
  }

  private func publish(_ envelope: Envelope, topic: String, key: String) {
    trace(envelope, .sent, "events")
    let signer = topicSigners[topic] ?? Signer(key: Array(key.utf8))
    topicSigners[topic] = signer
    events?.publish(envelope.encode(signer: signer, topic: FrameBytes(topic)))
  }

  private func tell(_ report: BrokerReport) {
    let report = redaction.redact(report)
    if case .plugin(let name, let state) = report {
      plugins[name]?.state = state
      if state == .started { rememberSchemas(of: name) }
      if state == .loading { plugins[name]?.settings = settings[name] ?? [:] }
    }
    switch report {
    case .departed(let name, _): (plugins[name], settings[name]) = (nil, nil)
    case .span(let span):
      record(span)
      measure(span)
    case .opened(let opening): tracer?.begin(opening)
    case .dropped(_, let reason): metrics?.dropped(reason)
    default: break
    }
    hub.send(.broker(report))
  }

  /// Keeps one timer, for the earliest deadline; one that fires too early is set again.
  private func setTimer() {
    guard let next = broker.nextDeadline() else { return }
    if let timer {
      guard next < timer.deadline else { return }
      loop.cancel(timer.token)
    }
    let token = loop.setTimer(at: next.nanoseconds) { [unowned self] in
      assumeIsolated { orchestrator in
        orchestrator.timer = nil
        orchestrator.handle(.tick)
      }
    }
    timer = (next, token)
  }
}
