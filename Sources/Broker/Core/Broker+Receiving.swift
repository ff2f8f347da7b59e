import KernelProtocol

extension Broker {
  /// Hands a message to the rule for its type.
  ///
  /// A kernel that has not said hello may say nothing else (§3 of the protocol). Unknown types are dropped and counted, so
  /// that versions can grow.
  mutating func receive(_ envelope: Envelope, from id: ConnectionID) {
    guard let peer = connections[id]?.peer else { return }
    do throws(EnvelopeError) {
      let message = try IncomingMessage(envelope)
      let type = message.header.type
      if type.known == .hello { return receiveHello(message, from: peer) }
      guard isGreeted(id) else { return drop(.unexpected(type: type.rawValue), from: id) }
      let isDone =
        peer.isClient
        ? receiveFromClient(message, from: peer) : receiveFromKernel(message, from: peer)
      if !isDone { receiveFromAnyone(message, from: peer) }
    } catch {
      refuse(envelope, error, from: id)
    }
  }

  /// A message that is an envelope but makes no sense is answered, so that the sender's author can find the mistake.
  private mutating func refuse(_ envelope: Envelope, _ error: EnvelopeError, from id: ConnectionID)
  {
    drop(.malformed(error.description), from: id)
    let content: JSONValue = [
      "ename": "ProtocolError", "evalue": .string(error.description), "traceback": [],
    ]
    send(.error, to: id, parent: envelope.header.bytes, content: FrameBytes(json: content))
  }

  /// Requests that clients and kernels alike may make.
  private mutating func receiveFromAnyone(_ message: IncomingMessage, from peer: Peer) {
    switch message.header.type.known {
    case .callRequest: receiveCall(message, from: peer)
    case .cancel: receiveCancel(message, from: peer)
    case .credit: receiveCredit(message, from: peer)
    case .emit: receiveEmit(message, from: peer)
    case .servicesRequest: receiveServices(message, from: peer)
    default: drop(.unexpected(type: message.header.type.rawValue), from: peer.id)
    }
  }

  /// Messages that a client may send besides: it has code run, listens to events, and the application answers the calls of its
  /// own methods.
  ///
  /// - Returns: false when it is not one of those.
  private mutating func receiveFromClient(_ message: IncomingMessage, from peer: Peer) -> Bool {
    switch message.header.type.known {
    case .executeRequest: receiveExecute(message, from: peer)
    case .subscribe: receiveListen(message, from: peer)
    case .unsubscribe: receiveUnlisten(message, from: peer)
    case .eventReply: receiveAcknowledgement(message, from: peer)
    case .callReply: receiveReply(message, from: peer)
    case .yieldItem: receiveItem(message, from: peer)
    case .creditWait: receiveCreditWait(message, from: peer)
    default: return false
    }
    return true
  }

  /// Messages that only a kernel sends.
  ///
  /// - Returns: false when it is not one of those.
  private mutating func receiveFromKernel(
    _ message: IncomingMessage, from peer: Peer
  ) -> Bool {
    switch message.header.type.known {
    case .callReply: receiveReply(message, from: peer)
    case .yieldItem: receiveItem(message, from: peer)
    case .creditWait: receiveCreditWait(message, from: peer)
    case .waiting: receiveWaiting(message, from: peer)
    case .progress: receiveProgress(message, from: peer)
    case .eventStart: receiveEventStart(message, from: peer)
    case .eventReply: receiveEventReply(message, from: peer)
    case .eventGap: receiveEventGap(message, from: peer)
    case .subscribe: receiveSubscribe(message, from: peer)
    case .unsubscribe: receiveUnsubscribe(message, from: peer)
    case .provide: receiveProvide(message, from: peer)
    case .withdraw: receiveWithdraw(message, from: peer)
    case .serviceWait: receiveServiceWait(message, from: peer)
    case .contributionsRequest: receiveContributions(message, from: peer)
    case .lockRequest: receiveLock(message, from: peer)
    case .unlock: receiveUnlock(message, from: peer)
    case .storageRequest: receiveStorage(message, from: peer)
    case .loadPluginReply, .startPluginReply, .unloadPluginReply:
      receiveLifecycleReply(message, from: peer)
    case .executeReply: receiveExecuteReply(message, from: peer)
    case .executeResult, .displayData, .updateDisplayData, .clearOutput:
      forwardOutput(message, from: peer)
    case .stream: receiveStream(message, from: peer)
    case .log: receiveLog(message, from: peer)
    case .error: receiveError(message, from: peer)
    case .pong: receivePong(from: peer.id)
    case .detach: receiveDetach(from: peer)
    case .shutdownReply: leftWhenAsked(peer)
    default: return false
    }
    return true
  }

  /// Counts and reports what is not acted on.
  mutating func drop(_ reason: DropReason, from id: ConnectionID) {
    dropCounts[reason.word, default: 0] += 1
    let source = connections[id]?.peer.principal ?? "\(id)"
    effects.append(.report(.dropped(source: source, reason: reason)))
  }
}
