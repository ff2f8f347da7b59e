import KernelProtocol

extension Broker {
  /// A frame asks for a lock: it holds it at once, waits in line, or is told that it would wait for ever.
  mutating func receiveLock(_ message: IncomingMessage, from peer: Peer) {
    let header = message.header.bytes
    guard let frame = runningFrame(answeredBy: message, on: peer.id),
      frame.phase == .running, let name = contentString(message, "name")
    else {
      let error = OutcomeError.cancelled(
        reason: "a lock is held by a running handler, and this one has ended")
      return reply(.lockReply, to: header, on: peer.id, error)
    }
    if locks.acquire(name, for: frame.key) {
      return replyOK(.lockReply, to: header, on: peer.id)
    }
    frames[frame.key]?.awaitedLocks.append(
      Frame.LockWait(name: name, header: header, messageID: message.header.id))
    frames[frame.key]?.mayRun = false
    if configuration.detectsDeadlocks, let path = waitGraph.deadlock(from: .frame(frame.key)) {
      return failLock(name, of: frame.key, deadlockError(path))
    }
    askWaiters(around: .frame(frame.key))
    if let timeout = message.fields.timeout {
      deadlines.set(.lock(frame.key, name), at: now.advanced(bySeconds: timeout))
    }
  }

  /// A frame gives a lock back.
  mutating func receiveUnlock(_ message: IncomingMessage, from peer: Peer) {
    guard let key = frameKey(parentOf: message, on: peer.id),
      let name = contentString(message, "name")
    else { return }
    if let next = locks.release(name, by: key) { grantLock(name, to: next) }
  }

  /// A frame's wait for a lock ends without it.
  mutating func failLock(_ name: String, of key: FrameKey, _ error: OutcomeError) {
    guard let wait = endLockWait(name, of: key) else { return }
    locks.abandon(name, by: key)
    reply(.lockReply, to: wait.header, on: key.connection, error)
  }

  mutating func lockTimedOut(_ key: FrameKey, _ name: String) {
    failLock(name, of: key, .lockTimeout(name))
  }

  /// Ends a frame's waits for locks, because it was cancelled or has ended.
  mutating func cancelLockWaits(of key: FrameKey, reason: String) {
    for wait in frames[key]?.awaitedLocks ?? [] {
      failLock(wait.name, of: key, .cancelled(reason: reason))
    }
  }

  /// Whatever a frame held is free.
  mutating func releaseLocks(of frame: Frame) {
    guard !locks.isEmpty else { return }
    for (name, holder) in locks.releaseAll(by: frame.key) { grantLock(name, to: holder) }
  }

  private mutating func grantLock(_ name: String, to key: FrameKey) {
    guard let wait = endLockWait(name, of: key) else { return }
    replyOK(.lockReply, to: wait.header, on: key.connection)
  }

  private mutating func endLockWait(_ name: String, of key: FrameKey) -> Frame.LockWait? {
    guard let index = frames[key]?.awaitedLocks.firstIndex(where: { $0.name == name }) else {
      return nil
    }
    deadlines.remove(.lock(key, name))
    defer { noteDelivery(to: key) }
    return frames[key]?.awaitedLocks.remove(at: index)
  }
}
