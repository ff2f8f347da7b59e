import KernelProtocol

extension Broker {
  /// A new span, in the trace of the frame that caused it, or in that of a `traceparent`, or in a trace of its own.
  mutating func trace(under parent: Frame?, or traceparent: String?) -> TraceContext {
    if let parent { return trace(under: parent.trace) }
    if let outer = traceparent.flatMap(TraceContext.init(traceparent:)) {
      return trace(under: outer)
    }
    return TraceContext(
      traceHigh: spanRandom.next() | 1, traceLow: spanRandom.next(), span: spanRandom.next() | 1,
      parentSpan: nil)
  }

  /// A new span caused by another.
  mutating func trace(under outer: TraceContext) -> TraceContext {
    TraceContext(
      traceHigh: outer.traceHigh, traceLow: outer.traceLow, span: spanRandom.next() | 1,
      parentSpan: outer.span)
  }

  /// What is told of a frame that has just been opened.
  func opening(of frame: Frame) -> FrameOpening {
    let peer = connections[frame.key.connection]?.peer
    return FrameOpening(
      trace: frame.trace, name: frame.kind.name,
      plugin: frame.plugin ?? peer?.principal ?? "", language: peer?.language ?? "",
      requested: frame.createdAt, request: frame.caller?.messageID)
  }

  /// Reports a frame that has its outcome.
  mutating func report(_ frame: Frame, _ outcome: Outcome, message: String? = nil) {
    let peer = connections[frame.key.connection]?.peer
    var span = Span(
      trace: frame.trace, name: frame.kind.name,
      plugin: frame.plugin ?? peer?.principal ?? Self.ownName, language: peer?.language ?? "",
      requested: frame.createdAt, started: frame.startedAt, ended: now, depth: frame.depth,
      outcome: outcome, message: message)
    span.caller = callerName(of: frame)
    if case .event = frame.kind {} else { span.isRoot = frame.parent == nil }
    effects.append(.report(.span(span)))
  }

  /// Reports a call that was refused before it got a frame.
  mutating func reportRefusal(
    of message: IncomingMessage, from peer: Peer, _ error: OutcomeError
  ) {
    let parent = try? parentFrame(of: message, on: peer)
    let method = message.fields.method ?? "?"
    let provider = services[method]?.providers.first ?? ""
    var span = momentary(
      trace(under: parent, or: message.fields.traceparent), method, parent,
      plugin: provider, error.outcome)
    span.message = error.message
    span.caller = peer.principal
    effects.append(.report(.span(span)))
  }

  /// Reports an event that was emitted, whatever becomes of its handlers.
  mutating func reportEmit(
    of event: String, _ trace: TraceContext, _ parent: Frame?, by emitter: String,
    opening count: Int
  ) {
    var span = momentary(trace, "emit \(event)", parent, plugin: emitter, .ok)
    span.openedFrames = count
    effects.append(.report(.span(span)))
  }

  private func momentary(
    _ trace: TraceContext, _ name: String, _ parent: Frame?, plugin: String, _ outcome: Outcome
  ) -> Span {
    let peer = plugins[plugin].flatMap { connections[$0.connection]?.peer }
    var span = Span(
      trace: trace, name: name, plugin: plugin, language: peer?.language ?? "",
      requested: now, started: nil, ended: now, depth: (parent?.depth ?? 0) + 1, outcome: outcome)
    span.isRoot = parent == nil
    return span
  }
}
