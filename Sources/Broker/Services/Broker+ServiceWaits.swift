import KernelProtocol

extension Broker {
  /// A plugin waits until a method is available; it may be one that nobody declares yet.
  mutating func receiveServiceWait(_ message: IncomingMessage, from peer: Peer) {
    let header = message.header.bytes
    do throws(OutcomeError) {
      guard let method = contentString(message, "method"), !method.isEmpty else {
        throw .malformed("service_wait needs content.method: name the method to wait for")
      }
      let parent = try parentFrame(of: message, on: peer)
      try checkPermission(toCall: method, by: peer)
      let timeout = try remainingTime(
        wanted: message.fields.timeout, parent: parent, for: "waiting for \(method)")
      guard !isAvailable(method) else {
        return replyOK(.serviceWaitReply, to: header, on: peer.id)
      }
      open(
        ServiceWait(
          connection: peer.id, header: header, method: method, frame: parent?.key, timeout: timeout)
      )
    } catch {
      reply(.serviceWaitReply, to: header, on: peer.id, error)
    }
  }

  /// A method has become available.
  mutating func answerServiceWaits(for method: String) {
    for number in serviceWaits.keys.sorted() where serviceWaits[number]?.method == method {
      guard let wait = close(number) else { continue }
      replyOK(.serviceWaitReply, to: wait.header, on: wait.connection)
    }
  }

  mutating func serviceWaitTimedOut(_ number: UInt64) {
    guard let wait = close(number) else { return }
    let nearest = NearestNames.find(wait.method, among: services.keys)
    reply(
      .serviceWaitReply, to: wait.header, on: wait.connection,
      .serviceTimeout(
        wait.method, seconds: wait.timeout, isDeclared: services[wait.method] != nil,
        nearest: nearest))
  }

  /// The frame that waits is cancelled, or has ended.
  mutating func cancelServiceWaits(of key: FrameKey, reason: String) {
    guard !serviceWaits.isEmpty else { return }
    for number in serviceWaits.keys.sorted() where serviceWaits[number]?.frame == key {
      guard let wait = close(number) else { continue }
      reply(.serviceWaitReply, to: wait.header, on: wait.connection, .cancelled(reason: reason))
    }
  }

  /// The peer that waits is gone.
  mutating func dropServiceWaits(of connection: ConnectionID) {
    for number in serviceWaits.keys where serviceWaits[number]?.connection == connection {
      _ = close(number)
    }
  }

  /// A frame waits for what is answered from outside: it can go on.
  mutating func beginOutsideWait(of frame: Frame?) {
    if let frame { frames[frame.key]?.outsideWaits += 1 }
  }

  /// The answer from outside is there.
  mutating func endOutsideWait(of key: FrameKey?) {
    guard let key, frames[key] != nil else { return }
    frames[key]?.outsideWaits -= 1
    noteDelivery(to: key)
  }

  private func isAvailable(_ method: String) -> Bool {
    services[method]?.providers.contains { plugins[$0]?.offers(method) == true } ?? false
  }

  private mutating func open(_ wait: ServiceWait) {
    let number = nextMessageNumber()
    serviceWaits[number] = wait
    beginOutsideWait(of: wait.frame.flatMap { frames[$0] })
    deadlines.set(.serviceWait(number), at: now.advanced(bySeconds: wait.timeout))
  }

  private mutating func close(_ number: UInt64) -> ServiceWait? {
    guard let wait = serviceWaits.removeValue(forKey: number) else { return nil }
    deadlines.remove(.serviceWait(number))
    endOutsideWait(of: wait.frame)
    return wait
  }
}
