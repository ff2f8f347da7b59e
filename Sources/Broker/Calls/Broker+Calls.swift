import KernelProtocol

extension Broker {
  /// A request to call a method: it gets a frame and a place in the provider's mailbox, or is refused at once.
  mutating func receiveCall(_ message: IncomingMessage, from peer: Peer) {
    do throws(OutcomeError) {
      let key = try openCall(message, from: peer)
      admit(into: frames[key]?.plugin)
      try refuseIfDeadlocked(key)
    } catch {
      // A call that is refused for a deadlock had a frame, which is reported.
      if error.outcome != .deadlock { reportRefusal(of: message, from: peer, error) }
      reply(.callReply, to: message.header.bytes, on: peer.id, error)
    }
  }

  /// Checks a call in the order of 3-semantics: structure, permission, provider, depth, deadline, mailbox.
  private mutating func openCall(
    _ message: IncomingMessage, from peer: Peer
  ) throws(OutcomeError) -> FrameKey {
    let fields = message.fields
    guard let method = fields.method, !method.isEmpty else {
      throw .malformed("call_request has no metadata.method: name the method to call")
    }
    guard connections[peer.id]?.calls[message.header.id] == nil else {
      throw .malformed("the msg_id \(message.header.id) is in use by an open call")
    }
    let parent = try parentFrame(of: message, on: peer)
    try checkPermission(toCall: method, by: peer)
    let providers = try providers(of: method, stream: fields.stream ?? false)
    let depth = (parent?.depth ?? 0) + 1
    guard depth <= configuration.maximumDepth else {
      throw .depthExceeded(limit: configuration.maximumDepth, chain: chain(from: parent) + [method])
    }
    let header = message.header
    let call = CallOpening(
      message: message, method: method, parent: parent, depth: depth,
      timeout: try remainingTime(wanted: fields.timeout, parent: parent, for: method),
      caller: Caller(connection: peer.id, header: header.bytes, messageID: header.id),
      interface: interface(of: method, calledBy: peer))
    guard services[method]?.policy != .broadcast else {
      return openBroadcast(call, to: providers)
    }
    guard let provider = providers.first else { throw .noProvider(method: method) }
    return try open(call, in: provider)
  }

  /// Checks the parameters of a call as its provider declares them, and gives it a place in the provider's mailbox.
  mutating func open(_ call: CallOpening, in provider: Plugin) throws(OutcomeError) -> FrameKey {
    try validate(
      call.message.content, against: provider.manifest.provides[call.method]?.params,
      as: "A parameter of \(call.method)")
    try validate(
      call.message.content, against: call.interface?.method.params,
      as: "A parameter of \(call.method), by the interface of \(call.interface?.point ?? ""),")
    let frame = makeCallFrame(call, provider)
    try enqueue(frame, in: provider.manifest.name)
    return frame.key
  }

  private mutating func makeCallFrame(_ call: CallOpening, _ provider: Plugin) -> Frame {
    let fields = call.message.fields
    var frame = Frame(
      FrameKey(number: nextMessageNumber(), connection: provider.connection),
      FrameOrigin(
        kind: .call(method: call.method), plugin: provider.manifest.name, parent: call.parent?.key,
        caller: call.caller, depth: call.depth, hops: call.parent?.hops ?? 0,
        deadline: now.advanced(bySeconds: call.timeout), timeout: call.timeout,
        trace: trace(under: call.parent, or: fields.traceparent), createdAt: now,
        interface: call.interface),
      request: call.message)
    if fields.stream == true { frame.credit = CreditWindow(initial: fields.credit ?? 64) }
    return frame
  }

  /// The frame that a message is sent on behalf of; nil when it names none.
  func parentFrame(
    of message: IncomingMessage, on peer: Peer
  ) throws(OutcomeError) -> Frame? {
    guard message.parentID != nil else { return nil }
    guard let key = frameKey(parentOf: message, on: peer.id), let frame = frames[key] else {
      throw .cancelled(reason: "the handler on whose behalf this was asked has already ended")
    }
    guard frame.phase != .abandoned else {
      throw .cancelled(reason: "the handler on whose behalf this was asked was cancelled")
    }
    return frame
  }

  /// What is left of the deadline, in seconds: the caller's wish, at most what its own frame has left.
  func remainingTime(
    wanted: Double?, parent: Frame?, for operation: String
  ) throws(OutcomeError) -> Double {
    let wish = wanted ?? configuration.defaultTimeout
    let left = parent?.deadline.map { now.seconds(to: $0) } ?? wish
    let timeout = min(wish, left)
    guard timeout > 0 else {
      throw .timeout(method: operation, seconds: max(0, wish), started: false)
    }
    return timeout
  }

  /// The methods and events from the root to a frame.
  func chain(from frame: Frame?) -> [String] {
    var names: [String] = []
    var next = frame
    while let frame = next {
      names.append(frame.kind.name)
      next = frame.parent.flatMap { frames[$0] }
    }
    return names.reversed()
  }
}
