import DequeModule
import KernelProtocol

extension Broker {
  /// A frame's outcome as its caller gets it.
  enum Ending {
    /// The kernel's own reply, passed on byte for byte.
    case reply(Outcome, IncomingMessage)
    /// What the broker says.
    case error(OutcomeError)
    /// The handler of an event hands it back; `delay` is seconds until the next attempt.
    case returned(Disposition, delay: Double?, OutcomeError)

    var outcome: Outcome {
      if case .reply(let outcome, _) = self { outcome } else { error?.outcome ?? .ok }
    }

    /// What went wrong; nil for a reply that is passed on as it is.
    var error: OutcomeError? {
      switch self {
      case .reply: nil
      case .error(let error), .returned(_, _, let error): error
      }
    }

    /// What the handler asks for.
    var disposition: Disposition? {
      if case .returned(let disposition, _, _) = self { disposition } else { nil }
    }
  }

  /// Settles a frame whose handler has ended: the caller gets the outcome, and nothing of the frame is left.
  mutating func complete(_ key: FrameKey, _ ending: Ending) {
    guard let frame = frames[key] else { return }
    settle(frame, ending)
    remove(key)
  }

  /// Settles a frame whose handler has not ended: the caller gets the outcome now, what runs on its behalf is cancelled,
  /// and the handler has a while to clean up and end.
  mutating func abandon(_ key: FrameKey, _ error: OutcomeError, reason: String) {
    guard let frame = frames[key], frame.phase != .abandoned else { return }
    if gatherings[key] != nil { return abandonGathering(frame, error, reason: reason) }
    settle(frame, .error(error))
    deadlines.remove(.frame(key))
    guard frame.phase == .running else {
      refuseGrant(frame, error)
      return removeWaiting(frame)
    }
    frames[key]?.phase = .abandoned
    deadlines.set(.grace(key), at: now.advanced(bySeconds: configuration.cancelGrace))
    sendCancel(frame, reason: reason)
    cancelCalls(of: key, reason: reason)
    cancelLockWaits(of: key, reason: reason)
    cancelServiceWaits(of: key, reason: reason)
  }

  /// Cancels all that a frame waits for.
  mutating func cancelCalls(of key: FrameKey, reason: String) {
    cancelEmissions(of: key, reason: reason)
    for child in frames[key]?.outgoing ?? [] {
      abandon(child, .cancelled(reason: reason), reason: reason)
    }
  }

  /// Takes a frame out of every table; its plugin's mailbox has a place to give.
  ///
  /// Calls that the handler made and did not wait for go on by themselves.
  mutating func remove(_ key: FrameKey) {
    cancelLockWaits(of: key, reason: "the handler has ended")
    cancelServiceWaits(of: key, reason: "the handler has ended")
    guard let frame = frames.removeValue(forKey: key) else { return }
    connections[key.connection]?.frames.remove(key)
    deadlines.remove(frame.phase == .abandoned ? .grace(key) : .frame(key))
    releaseLocks(of: frame)
    if let plugin = frame.plugin {
      plugins[plugin]?.mailbox.release(key)
      admit(into: plugin)
    }
    // Nobody can give up any more what it leaves open.
    for child in frame.outgoing { breakDeadlock(from: node(child)) }
  }

  private mutating func removeWaiting(_ frame: Frame) {
    if let plugin = frame.plugin { plugins[plugin]?.mailbox.withdraw(frame.key) }
    remove(frame.key)
  }

  private mutating func settle(_ frame: Frame, _ ending: Ending) {
    let comesAgain = comesAgain(frame)
    if !comesAgain { report(frame, ending.outcome, message: ending.error?.message) }
    guard let caller = frame.caller else {
      if !comesAgain { reportUnwatched(frame, ending) }
      return eventEnded(frame, ending)
    }
    detach(frame, from: caller)
    if isGathered(frame) { return gathered(ending, of: frame) }
    guard connections[caller.connection] != nil else { return }
    let type: MessageType.Known = frame.kind == .execute ? .executeReply : .callReply
    switch ending {
    case .error(let error), .returned(_, _, let error):
      reply(type, to: caller.header, on: caller.connection, error)
    case .reply(_, let message):
      send(
        type, to: caller.connection, parent: caller.header, metadata: Self.replyMetadata(ending),
        content: message.content, buffers: message.buffers)
    }
  }

  /// Whether a frame has ended before its handler began, and its event is delivered again: then nothing has happened yet.
  private func comesAgain(_ frame: Frame) -> Bool {
    guard frame.phase == .waiting, let line = directedFrames[frame.key] else { return false }
    return lines[line]?.inFlight[frame.key]?.promise != .broadcast
  }

  private static func replyMetadata(_ ending: Ending) -> FrameBytes {
    var fields = MessageMetadata()
    fields.outcome = ending.outcome
    if case .reply(_, let message) = ending { fields.bufferPaths = message.fields.bufferPaths }
    return fields.bytes
  }

  private mutating func detach(_ frame: Frame, from caller: Caller) {
    connections[caller.connection]?.calls[caller.messageID] = nil
    guard let parent = frame.parent, var outgoing = frames[parent]?.outgoing,
      let index = outgoing.firstIndex(of: frame.key)
    else { return }
    outgoing.remove(at: index)
    frames[parent]?.outgoing = outgoing
    if !outgoing.isEmpty { noteDelivery(to: parent) }
  }

  private mutating func reportUnwatched(_ frame: Frame, _ ending: Ending) {
    guard let error = ending.error, let plugin = frame.plugin else { return }
    if case .returned(.nack, let delay, _) = ending, directedFrames[frame.key] != nil {
      return reportHandedBack(frame, plugin, delay)
    }
    effects.append(
      .report(.handlerFailed(plugin: plugin, handler: frame.kind.name, error)))
  }

  /// A handler that asks for another attempt has not failed.
  private mutating func reportHandedBack(_ frame: Frame, _ plugin: String, _ delay: Double?) {
    guard case .event(let name) = frame.kind else { return }
    let when = delay.map { " in \(JSONValue(number: $0)) s" } ?? " later"
    effects.append(
      .report(
        .log(
          source: plugin, language: connections[frame.key.connection]?.peer.language ?? "",
          level: "info", message: "handed back \(name), to come again\(when)", fields: [:])))
  }
}
