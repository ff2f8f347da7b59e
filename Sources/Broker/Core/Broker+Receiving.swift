import KernelProtocol

extension Broker {
  /// Hands a message to the rule for its type.
  ///
  /// A kernel that has not said hello may say nothing else (§3 of the protocol). Unknown types are dropped and counted, so
  /// that versions can grow.
  mutating func receive(_ envelope: Envelope, from id: ConnectionID) {
    guard let connection = connections[id] else { return }
    let type = envelope.header.type
    if type == .hello { return receiveHello(envelope, from: connection) }
    guard connection.isGreeted else { return drop(.unexpected(type: type.rawValue), from: id) }
    if connection.isClient {
      receiveFromAnyone(envelope, from: connection)
    } else if !receiveFromKernel(envelope, from: connection) {
      receiveFromAnyone(envelope, from: connection)
    }
  }

  /// Requests that clients and kernels alike may make.
  private mutating func receiveFromAnyone(_ envelope: Envelope, from connection: Connection) {
    switch envelope.header.type {
    case .callRequest: receiveCall(envelope, from: connection)
    case .executeRequest where connection.isClient: receiveExecute(envelope, from: connection)
    case .cancel: receiveCancel(envelope, from: connection)
    case .credit: receiveCredit(envelope, from: connection)
    case .emit: receiveEmit(envelope, from: connection)
    case let type: drop(.unexpected(type: type.rawValue), from: connection.id)
    }
  }

  /// Messages that only a kernel sends.
  ///
  /// - Returns: false when it is not one of those.
  private mutating func receiveFromKernel(
    _ envelope: Envelope, from connection: Connection
  ) -> Bool {
    switch envelope.header.type {
    case .callReply: receiveReply(envelope, from: connection)
    case .yieldItem: receiveItem(envelope, from: connection)
    case .creditWait: receiveCreditWait(envelope, from: connection)
    case .progress: receiveProgress(envelope, from: connection)
    case .eventStart: receiveEventStart(envelope, from: connection)
    case .eventReply: receiveEventReply(envelope, from: connection)
    case .eventGap: receiveEventGap(envelope, from: connection)
    case .subscribe: receiveSubscribe(envelope, from: connection)
    case .unsubscribe: receiveUnsubscribe(envelope, from: connection)
    case .provide: receiveProvide(envelope, from: connection)
    case .withdraw: receiveWithdraw(envelope, from: connection)
    case .lockRequest: receiveLock(envelope, from: connection)
    case .unlock: receiveUnlock(envelope, from: connection)
    case .loadPluginReply, .startPluginReply, .unloadPluginReply:
      receiveLifecycleReply(envelope, from: connection)
    case .executeReply: receiveExecuteReply(envelope, from: connection)
    case .executeResult, .displayData, .updateDisplayData, .clearOutput:
      forwardOutput(envelope, from: connection)
    case .stream: receiveStream(envelope, from: connection)
    case .log: receiveLog(envelope, from: connection)
    case .error: receiveError(envelope, from: connection)
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
