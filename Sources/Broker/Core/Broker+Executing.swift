import KernelProtocol

extension Broker {
  /// A client has code run in a kernel; `metadata.kernel` is the number of its connection. A cell has no deadline.
  mutating func receiveExecute(_ envelope: Envelope, from connection: Connection) {
    guard let number = envelope.fields.kernel, let target = UInt32(number),
      let kernel = connections[ConnectionID(target)], !kernel.isClient, kernel.isGreeted
    else {
      return reply(
        .executeReply, to: envelope.header.raw, on: connection.id,
        .unavailable("there is no such kernel to run the code in", since: 0, cause: nil))
    }
    let key = FrameKey(number: nextMessageNumber(), connection: kernel.id)
    let header = envelope.header
    var frame = Frame(
      key: key, kind: .execute, plugin: nil, parent: nil,
      caller: Caller(connection: connection.id, header: header.raw, messageID: header.messageID),
      depth: 0, hops: 0, deadline: nil, timeout: 0, trace: trace(under: nil, or: nil),
      createdAt: now, request: envelope.withoutBody)
    let opening = send(
      .executeRequest, to: kernel.id, parent: header.raw, content: envelope.content,
      number: key.number)
    frame.openingHeader = opening.raw
    frame.phase = .running
    frame.startedAt = now
    register(frame)
  }

  /// The cell has ended; its reply is passed on as it is.
  mutating func receiveExecuteReply(_ envelope: Envelope, from connection: Connection) {
    guard let frame = runningFrame(answeredBy: envelope, on: connection.id),
      frame.kind == .execute
    else { return drop(.lateReply, from: connection.id) }
    guard frame.phase == .running else { return remove(frame.key) }
    let outcome = envelope.fields.outcome.flatMap(Outcome.init(rawValue:)) ?? .ok
    complete(frame.key, .reply(outcome, envelope))
  }

  /// What a cell shows goes to whoever had it run.
  mutating func forwardOutput(_ envelope: Envelope, from connection: Connection) {
    guard let frame = runningFrame(answeredBy: envelope, on: connection.id),
      frame.kind == .execute, let caller = frame.caller
    else { return drop(.unexpected(type: envelope.header.type.rawValue), from: connection.id) }
    send(
      envelope.header.type, to: caller.connection, parent: caller.header,
      metadata: envelope.metadata, content: envelope.content, buffers: envelope.buffers)
  }

  /// What plugin code printed: a cell's goes to whoever had it run, a plugin's to whoever watches.
  mutating func receiveStream(_ envelope: Envelope, from connection: Connection) {
    if let frame = runningFrame(answeredBy: envelope, on: connection.id), frame.kind == .execute {
      return forwardOutput(envelope, from: connection)
    }
    guard let content = content(envelope), let text = content["text"]?.string else { return }
    effects.append(
      .report(
        .output(
          source: connection.principal, language: connection.language,
          stream: content["name"]?.string ?? "stdout", text: text)))
  }

  /// A line for the log.
  mutating func receiveLog(_ envelope: Envelope, from connection: Connection) {
    guard let content = content(envelope) else { return }
    effects.append(
      .report(
        .log(
          source: connection.principal, language: connection.language,
          level: content["level"]?.string ?? "info", message: content["message"]?.string ?? "",
          fields: content["fields"] ?? [:])))
  }

  /// The error of a cell goes to whoever had it run; any other says that the kernel could not read a message of ours.
  mutating func receiveError(_ envelope: Envelope, from connection: Connection) {
    if let frame = runningFrame(answeredBy: envelope, on: connection.id), frame.kind == .execute {
      return forwardOutput(envelope, from: connection)
    }
    drop(.unreadable(contentString(envelope, "evalue") ?? "an error"), from: connection.id)
  }
}
