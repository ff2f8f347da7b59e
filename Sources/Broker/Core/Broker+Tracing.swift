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

  /// Reports a frame that has its outcome.
  mutating func report(_ frame: Frame, _ outcome: Outcome) {
    let peer = connections[frame.key.connection]?.peer
    effects.append(
      .report(
        .span(
          Span(
            trace: frame.trace, name: frame.kind.name,
            plugin: frame.plugin ?? peer?.principal ?? "",
            language: peer?.language ?? "", requested: frame.createdAt,
            started: frame.startedAt, ended: now, depth: frame.depth, outcome: outcome))))
  }
}
