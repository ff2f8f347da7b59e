public import Broker
public import Store

extension SpanRecord {
  /// A span of the broker's, to be kept.
  ///
  /// - Parameter origin: the moment at which the broker's clock was zero, in nanoseconds since 1970; 0 where only the
  ///   differences count.
  public init(_ span: Span, origin: Int64 = 0) {
    self.init(
      trace: span.trace.traceID, span: span.trace.span,
      parent: span.isRoot ? nil : span.trace.parentSpan, name: span.name, plugin: span.plugin,
      language: span.language, caller: span.caller, requested: span.requested.time(origin),
      started: span.started?.time(origin), ended: span.ended.time(origin), depth: span.depth,
      outcome: span.outcome, message: span.message, openedFrames: span.openedFrames)
  }

  /// Seconds from the request to the outcome.
  public var seconds: Double { Double(ended - requested) / 1e9 }
}

extension Instant {
  fileprivate func time(_ origin: Int64) -> Int64 { origin &+ Int64(nanoseconds) }
}
