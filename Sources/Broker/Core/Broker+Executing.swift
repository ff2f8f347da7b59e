import KernelProtocol

extension Broker {
  /// A client has code run in a kernel; `metadata.kernel` is the number of its connection. A cell has no deadline.
  mutating func receiveExecute(_ message: IncomingMessage, from peer: Peer) {
    guard let number = message.fields.kernel, let target = UInt32(number),
      let kernel = connections[ConnectionID(target)], !kernel.peer.isClient, kernel.isGreeted
    else {
      return reply(
        .executeReply, to: message.header.bytes, on: peer.id,
        .unavailable("There is no such kernel to run the code in."))
    }
    let key = FrameKey(number: nextMessageNumber(), connection: kernel.peer.id)
    let header = message.header
    var frame = Frame(
      key,
      FrameOrigin(
        kind: .execute, plugin: nil, parent: nil,
        caller: Caller(connection: peer.id, header: header.bytes, messageID: header.id),
        depth: 0, hops: 0, deadline: nil, timeout: 0, trace: trace(under: nil, or: nil),
        createdAt: now),
      request: message.withoutBody)
    let opening = send(
      .executeRequest, to: kernel.peer.id, parent: header.bytes, content: message.content,
      number: key.number)
    frame.openingHeader = opening.bytes
    frame.phase = .running
    frame.startedAt = now
    register(frame)
  }

  /// The cell has ended; its reply is passed on as it is.
  mutating func receiveExecuteReply(_ message: IncomingMessage, from peer: Peer) {
    guard let frame = runningFrame(answeredBy: message, on: peer.id),
      frame.kind == .execute
    else { return drop(.lateReply, from: peer.id) }
    guard frame.phase == .running else { return remove(frame.key) }
    let outcome = message.fields.outcome ?? .ok
    complete(frame.key, .reply(outcome, message))
  }

  /// What a cell shows goes to whoever had it run.
  mutating func forwardOutput(_ message: IncomingMessage, from peer: Peer) {
    guard let frame = runningFrame(answeredBy: message, on: peer.id),
      frame.kind == .execute, let caller = frame.caller
    else { return drop(.unexpected(type: message.header.type.rawValue), from: peer.id) }
    guard let type = message.header.type.known else { return }
    send(
      type, to: caller.connection, parent: caller.header, content: message.content,
      buffers: message.buffers)
  }

  /// What plugin code printed: a cell's goes to whoever had it run, a plugin's to whoever watches.
  mutating func receiveStream(_ message: IncomingMessage, from peer: Peer) {
    if let frame = runningFrame(answeredBy: message, on: peer.id), frame.kind == .execute {
      return forwardOutput(message, from: peer)
    }
    guard let content = content(message), let text = content["text"]?.stringValue else { return }
    effects.append(
      .report(
        .output(
          source: peer.principal, language: peer.language,
          stream: content["name"]?.stringValue ?? "stdout", text: text)))
  }

  /// A line for the log.
  mutating func receiveLog(_ message: IncomingMessage, from peer: Peer) {
    guard let content = content(message) else { return }
    effects.append(
      .report(
        .log(
          source: peer.principal, language: peer.language,
          level: content["level"]?.stringValue ?? "info",
          message: content["message"]?.stringValue ?? "",
          fields: content["fields"] ?? [:])))
  }

  /// The error of a cell goes to whoever had it run; any other says that the kernel could not read a message of ours.
  mutating func receiveError(_ message: IncomingMessage, from peer: Peer) {
    if let frame = runningFrame(answeredBy: message, on: peer.id), frame.kind == .execute {
      return forwardOutput(message, from: peer)
    }
    drop(.unreadable(contentString(message, "evalue") ?? "an error"), from: peer.id)
  }
}
