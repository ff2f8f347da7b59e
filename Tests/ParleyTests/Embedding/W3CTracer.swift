import InMemoryTracing
import Synchronization
import Tracing

/// The tracer in memory with the headers of W3C trace context, as real backends have them.
struct W3CTracer: Tracer {
  typealias Span = InMemorySpan

  let memory = InMemoryTracer(
    idGenerator: InMemoryTracer.IDGenerator(
      nextTraceID: { Self.digits() + Self.digits() }, nextSpanID: { Self.digits() }))

  func startSpan<Instant: TracerInstant>(
    _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
    at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
  ) -> InMemorySpan {
    memory.startSpan(
      operationName, context: context(), ofKind: kind, at: instant(), function: function,
      file: fileID, line: line)
  }

  func activeSpan(identifiedBy context: ServiceContext) -> InMemorySpan? {
    memory.activeSpan(identifiedBy: context)
  }

  func forceFlush() { memory.forceFlush() }

  func inject<Carrier, Inject: Injector>(
    _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
  ) where Inject.Carrier == Carrier {
    guard let span = context.inMemorySpanContext else { return }
    injector.inject(
      "00-\(span.traceID)-\(span.spanID)-01", forKey: "traceparent", into: &carrier)
  }

  func extract<Carrier, Extract: Extractor>(
    _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
  ) where Extract.Carrier == Carrier {
    let parts = extractor.extract(key: "traceparent", from: carrier)?.split(separator: "-") ?? []
    guard parts.count == 4 else { return }
    context.inMemorySpanContext = InMemorySpanContext(
      traceID: String(parts[1]), spanID: String(parts[2]), parentSpanID: nil)
  }

  /// 16 hexadecimal digits, the first of which is not 0.
  private static func digits() -> String {
    String(UInt64.random(in: (1 << 60)...UInt64.max), radix: 16)
  }
}
