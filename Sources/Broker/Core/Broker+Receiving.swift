import KernelProtocol

extension Broker {
  /// Hands a message to the rule for its type.
  ///
  /// A kernel that has not said hello may say nothing else (§3 of the protocol). Unknown types are dropped and counted, so
  /// that versions can grow.
  mutating func receive(_ envelope: Envelope, from id: ConnectionID) {
    guard let connection = connections[id] else { return }
    do throws(EnvelopeError) {
      let message = try IncomingMessage(envelope)
      let type = message.header.type
      if type.known == .hello { return receiveHello(message, from: connection) }
      guard connection.isGreeted else { return drop(.unexpected(type: type.rawValue), from: id) }
      if connection.isClient || !receiveFromKernel(message, from: connection) {
        receiveFromAnyone(message, from: connection)
      }
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
  private mutating func receiveFromAnyone(_ message: IncomingMessage, from connection: Connection) {
    switch message.header.type.known {
    case .callRequest: receiveCall(message, from: connection)
    case .executeRequest where connection.isClient: receiveExecute(message, from: connection)
    case .cancel: receiveCancel(message, from: connection)
    case .credit: receiveCredit(message, from: connection)
    case .emit: receiveEmit(message, from: connection)
    default: drop(.unexpected(type: message.header.type.rawValue), from: connection.id)
    }
  }

  /// Messages that only a kernel sends.
  ///
  /// - Returns: false when it is not one of those.
  private mutating func receiveFromKernel(
    _ message: IncomingMessage, from connection: Connection
  ) -> Bool {
    switch message.header.type.known {
    case .callReply: receiveReply(message, from: connection)
    case .yieldItem: receiveItem(message, from: connection)
    case .creditWait: receiveCreditWait(message, from: connection)
    case .progress: receiveProgress(message, from: connection)
    case .eventStart: receiveEventStart(message, from: connection)
    case .eventReply: receiveEventReply(message, from: connection)
    case .eventGap: receiveEventGap(message, from: connection)
    case .subscribe: receiveSubscribe(message, from: connection)
    case .unsubscribe: receiveUnsubscribe(message, from: connection)
    case .provide: receiveProvide(message, from: connection)
    case .withdraw: receiveWithdraw(message, from: connection)
    case .lockRequest: receiveLock(message, from: connection)
    case .unlock: receiveUnlock(message, from: connection)
    case .loadPluginReply, .startPluginReply, .unloadPluginReply:
      receiveLifecycleReply(message, from: connection)
    case .executeReply: receiveExecuteReply(message, from: connection)
    case .executeResult, .displayData, .updateDisplayData, .clearOutput:
      forwardOutput(message, from: connection)
    case .stream: receiveStream(message, from: connection)
    case .log: receiveLog(message, from: connection)
    case .error: receiveError(message, from: connection)
    case .pong: receivePong(from: connection.id)
    case .shutdownReply: break
    default: return false
    }
    return true
  }

  /// Counts and reports what is not acted on.
  mutating func drop(_ reason: DropReason, from id: ConnectionID) {
    dropCounts[reason.word, default: 0] += 1
    let source = connections[id]?.principal ?? "\(id)"
    effects.append(.report(.dropped(source: source, reason: reason)))
  }
}
