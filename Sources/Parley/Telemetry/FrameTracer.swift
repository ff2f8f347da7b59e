import Broker
import DequeModule
import KernelProtocol
import Synchronization
import Tracing
import ZeroMQ

/// Gives frames to the tracing that the application has bootstrapped (swift-distributed-tracing): one span each, with the frame
/// or the application's own span that caused it as its parent.
final class FrameTracer: Sendable {
  private struct State {
    /// The spans that have not ended, by the broker's ids of them.
    var open: [UInt64: any Tracing.Span] = [:]
    /// Where spans stand, those that ended a while ago left out: an event's handlers begin when its emit has ended.
    var contexts: [UInt64: ServiceContext] = [:]
    var order: Deque<UInt64> = []
    /// What the application did when it sent a request, by the request's id.
    var requests: [String: ServiceContext] = [:]
  }

  /// How many contexts are kept.
  private static let capacity = 4_096

  private let tracer: any Tracer
  private let state = Mutex(State())

  /// The tracer that was bootstrapped; nil when there is none, so that nothing is paid for.
  static func ofApplication() -> FrameTracer? {
    let tracer = InstrumentationSystem.tracer
    guard !(tracer is NoOpTracer) else { return nil }
    return FrameTracer(tracer)
  }

  private init(_ tracer: any Tracer) { self.tracer = tracer }

  /// The current task's span is the parent of what a request opens.
  func remember(_ request: String) {
    guard let context = ServiceContext.current else { return }
    state.withLock { $0.requests[request] = context }
  }

  /// A request is settled.
  func forget(_ request: String) {
    state.withLock { $0.requests[request] = nil }
  }

  /// A frame was opened.
  func begin(_ frame: FrameOpening) {
    let parent = parent(of: frame.trace, request: frame.request)
    let span = start(frame.name, parent, at: frame.requested)
    span.attributes["parley.plugin"] = frame.plugin
    span.attributes["parley.language"] = frame.language
    keep(span.context, of: frame.trace.span)
    state.withLock { $0.open[frame.trace.span] = span }
  }

  /// A frame has its outcome; or a request was refused, or an event emitted, which were never opened.
  func end(_ frame: EndedFrame) {
    let known = state.withLock { $0.open.removeValue(forKey: frame.trace.span) }
    let span =
      known ?? start(frame.name, parent(of: frame.trace, request: nil), at: frame.requested)
    span.attributes["parley.plugin"] = frame.plugin
    span.attributes["parley.outcome"] = frame.outcome.rawValue
    if frame.outcome != .ok {
      span.setStatus(SpanStatus(code: .error, message: frame.message ?? frame.outcome.rawValue))
    }
    if known == nil { keep(span.context, of: frame.trace.span) }
    span.end(at: FrameInstant(frame.ended))
  }

  /// Where a span stands, by its `traceparent`; for those who go on from there.
  func context(of traceparent: String?) -> ServiceContext? {
    guard let traceparent else { return nil }
    let span = traceparent.split(separator: "-").dropFirst(2).first.flatMap {
      UInt64($0, radix: 16)
    }
    if let span, let known = state.withLock({ $0.contexts[span] }) { return known }
    return CurrentSpan.context(traceparent)
  }

  /// Runs a body as part of a span.
  static func with<Result: Sendable>(
    _ context: ServiceContext?, _ body: @Sendable () async -> Result
  ) async -> Result {
    guard let context else { return await body() }
    return await ServiceContext.withValue(context) { await body() }
  }

  private func start(
    _ name: String, _ context: ServiceContext, at requested: Instant
  ) -> any Tracing.Span {
    tracer.startSpan(
      name, context: context, ofKind: .server, at: FrameInstant(requested), function: name,
      file: "Parley", line: 0)
  }

  private func parent(of trace: TraceContext, request: String?) -> ServiceContext {
    let known = state.withLock { state -> ServiceContext? in
      if let request, let context = state.requests.removeValue(forKey: request) { return context }
      return trace.parentSpan.flatMap { state.contexts[$0] }
    }
    if let known { return known }
    return trace.parentTraceparent.flatMap(CurrentSpan.context) ?? .topLevel
  }

  private func keep(_ context: ServiceContext, of span: UInt64) {
    state.withLock { state in
      state.contexts[span] = context
      state.order.append(span)
      guard state.order.count > Self.capacity else { return }
      state.contexts[state.order.removeFirst()] = nil
    }
  }
}
