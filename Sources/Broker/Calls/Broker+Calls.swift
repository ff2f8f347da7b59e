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
    let provider = try provider(of: method, stream: fields.stream ?? false)
    try validate(
      message.content, against: provider.manifest.provides[method]?.params,
      as: "A parameter of \(method)")
    let depth = (parent?.depth ?? 0) + 1
    guard depth <= configuration.maximumDepth else {
      throw .depthExceeded(limit: configuration.maximumDepth, chain: chain(from: parent) + [method])
    }
    let timeout = try remainingTime(wanted: fields.timeout, parent: parent, for: method)
    let frame = makeCallFrame(
      message, method: method, provider: provider, parent: parent, depth: depth, timeout: timeout,
      caller: peer.id)
    try enqueue(frame, in: provider.manifest.name)
    return frame.key
  }

  private mutating func makeCallFrame(
    _ message: IncomingMessage, method: String, provider: Plugin, parent: Frame?, depth: Int,
    timeout: Double, caller: ConnectionID
  ) -> Frame {
    let header = message.header
    var frame = Frame(
      FrameKey(number: nextMessageNumber(), connection: provider.connection),
      FrameOrigin(
        kind: .call(method: method), plugin: provider.manifest.name, parent: parent?.key,
        caller: Caller(connection: caller, header: header.bytes, messageID: header.id),
        depth: depth, hops: parent?.hops ?? 0, deadline: now.advanced(bySeconds: timeout),
        timeout: timeout, trace: trace(under: parent, or: message.fields.traceparent),
        createdAt: now),
      request: message)
    if message.fields.stream == true {
      frame.credit = CreditWindow(initial: message.fields.credit ?? 64)
    }
    return frame
  }

  /// The frame that a message is sent on behalf of; nil when it names none.
  func parentFrame(
    of message: IncomingMessage, on peer: Peer
  ) throws(OutcomeError) -> Frame? {
    guard !peer.isClient, message.parentID != nil else { return nil }
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

  private func provider(of method: String, stream: Bool) throws(OutcomeError) -> Plugin {
    guard let name = methods[method], let plugin = plugins[name] else {
      throw .noProvider(
        method: method, nearest: NearestNames.find(method, among: methods.keys))
    }
    if case .failed(let cause) = plugin.state {
      throw .unavailable(
        "\(method) is provided by the plugin \(name), which is not running: \(cause.message)",
        cause: cause)
    }
    if case .quarantined(let cause) = plugin.state { throw .quarantined(name, cause) }
    guard plugin.state.takesRequests else {
      throw .unavailable(
        "\(method) is provided by the plugin \(name), which was stopped.")
    }
    try checkKind(of: method, in: plugin, stream: stream)
    return plugin
  }

  private func checkKind(
    of method: String, in plugin: Plugin, stream: Bool
  ) throws(OutcomeError) {
    if plugin.state == .started, !plugin.provided.contains(method) {
      throw .noProvider(
        message: "the plugin \(plugin.manifest.name) declares \(method), but its code does not "
          + "provide it (or has withdrawn it)", nearest: plugin.provided.sorted())
    }
    let isStream = plugin.manifest.provides[method]?.isStream ?? false
    guard isStream != stream else { return }
    throw OutcomeError(
      .invalidReply,
      isStream
        ? "\(method) yields a stream: read it with stream()."
        : "\(method) does not yield a stream (its manifest does not say \"stream\": true): "
          + "call it with call().")
  }
}
