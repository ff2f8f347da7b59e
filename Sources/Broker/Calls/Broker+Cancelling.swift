import KernelProtocol

extension Broker {
  /// A caller gives up one of its calls.
  mutating func receiveCancel(_ message: IncomingMessage, from peer: Peer) {
    guard let call = message.fields.call, let key = connections[peer.id]?.calls[call]
    else { return }
    abandon(key, .cancelled(reason: "the caller gave up the call"), reason: "cancelled")
  }

  /// Tells a kernel to stop a handler.
  mutating func sendCancel(_ frame: Frame, reason: String) {
    var fields = MessageMetadata()
    fields.frame = messagePrefix + String(frame.key.number)
    send(
      .cancel, to: frame.key.connection, parent: frame.openingHeader, metadata: fields.bytes,
      content: FrameBytes(json: ["reason": .string(reason)]))
  }

  /// A frame's time is up: whoever waits hears of it now, whatever the handler does.
  mutating func frameTimedOut(_ key: FrameKey) {
    guard let frame = frames[key] else { return }
    if case .load = frame.kind { return lifecycleTimedOut(frame) }
    if case .start = frame.kind { return lifecycleTimedOut(frame) }
    if let error = unavailability(of: frame) { return abandon(key, error, reason: "timeout") }
    let started = frame.phase == .running
    abandon(
      key, .timeout(method: frame.kind.name, seconds: frame.timeout, started: started),
      reason: "timeout")
  }

  /// A cancelled handler has not ended in time: its place is given away, and its kernel is asked whether it is stuck.
  mutating func graceEnded(_ key: FrameKey) {
    guard let frame = frames[key] else { return }
    if let plugin = frame.plugin {
      plugins[plugin]?.mailbox.release(key)
      admit(into: plugin)
    }
    // The application's own handlers are not interrupted: they share its process.
    guard let connection = connections[key.connection], !connection.peer.isClient,
      !connection.isAwaitingPong
    else { return }
    connections[key.connection]?.isAwaitingPong = true
    ping(key.connection)
    let patience =
      isAttached(connection.peer) ? configuration.attachedPatience : configuration.cancelGrace
    deadlines.set(.pong(key.connection), at: now.advanced(bySeconds: patience))
  }

  /// A kernel is alive and at its loop; a handler that goes on nevertheless is only slow.
  mutating func receivePong(from id: ConnectionID) {
    connections[id]?.isAwaitingPong = false
    deadlines.remove(.pong(id))
  }

  /// A kernel with a cancelled handler does not answer: the handler spins, so it is interrupted.
  mutating func pongTimedOut(_ id: ConnectionID) {
    connections[id]?.isAwaitingPong = false
    guard let connection = connections[id],
      connection.frames.contains(where: { frames[$0]?.phase == .abandoned })
    else { return }
    if isAttached(connection.peer) { return attachedIsStuck(connection.peer) }
    effects.append(.interrupt(id))
    connections[id]?.isAwaitingPong = true
    deadlines.set(.pong(id), at: now.advanced(bySeconds: configuration.interruptEvery))
  }

  private mutating func ping(_ id: ConnectionID) {
    let sequences = subscribedEvents(of: id).map { name in
      (name, JSONValue(Int(events[name]?.sequence ?? 0)))
    }
    send(.ping, to: id, content: FrameBytes(json: ["events": .object(JSONObject(sequences))]))
  }
}
