import KernelProtocol

extension Broker {
  /// A handler for an event has ended, or failed.
  mutating func receiveEventReply(_ message: IncomingMessage, from peer: Peer) {
    guard let key = frameKey(parentOf: message, on: peer.id), let frame = frames[key],
      case .event = frame.kind
    else { return drop(.lateReply, from: peer.id) }
    guard frame.phase != .abandoned else {
      drop(.lateReply, from: peer.id)
      return remove(key)
    }
    if frame.phase == .waiting, let plugin = frame.plugin {
      plugins[plugin]?.mailbox.withdraw(key)
    }
    let ending = ending(of: message, from: frame, on: peer)
    guard case .error(let error) = ending, let disposition = message.fields.disposition else {
      return complete(key, ending)
    }
    complete(key, .returned(disposition, delay: message.fields.delay, error))
  }

  /// A subscriber noticed that events did not reach it.
  mutating func receiveEventGap(_ message: IncomingMessage, from peer: Peer) {
    guard let content = content(message), let event = content["event"]?.stringValue else { return }
    let missed = content["missed"]?.intValue ?? 1
    drop(.gap(event: event, missed: missed), from: peer.id)
  }

  /// The frame of an event has its outcome: whoever waits for its subscribers hears of it, and its line moves on.
  mutating func eventEnded(_ frame: Frame, _ ending: Ending) {
    guard case .event = frame.kind, let plugin = frame.plugin else { return }
    guard let line = directedFrames.removeValue(forKey: frame.key) else {
      return settleEmission(frame.key.number, plugin, ending.error)
    }
    directedEnded(frame, ending, in: line)
  }
}
