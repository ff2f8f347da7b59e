import CoreMetrics
import Foundation
import InMemoryTracing
import MetricsTestKit
import Parley
import Testing
import Tracing

/// Backends can be bootstrapped once in a process, so all of these share theirs; each looks for what is of its own plugin.
@Suite(
  "Tracing and metrics of an application", .timeLimit(.minutes(5)), .serialized,
  .enabled(if: Language.python.isInstalled))
struct TelemetryTests {
  private static let tracer: W3CTracer = {
    let tracer = W3CTracer()
    InstrumentationSystem.bootstrap(tracer)
    return tracer
  }()

  private static let metrics: TestMetrics = {
    let metrics = TestMetrics()
    MetricsSystem.bootstrap(metrics)
    return metrics
  }()

  /// Spans that have ended, by their names.
  private static func spans(in trace: String) -> [String: FinishedInMemorySpan] {
    let spans = tracer.memory.finishedSpans.filter { $0.traceID == trace }
    return Dictionary(spans.map { ($0.operationName, $0) }) { first, _ in first }
  }

  private static func quote(_ orchestrator: Orchestrator, items: Int) async throws {
    _ = try await orchestrator.client.call(
      "pricing.quote", EmbeddedShop.Basket(items: items), as: EmbeddedShop.Quote.self)
  }

  @Test("each frame is a span below the one that caused it, the application's own among them")
  func spans() async throws {
    let tracer = Self.tracer
    let shop = try EmbeddedShop(EmbeddedShop.pricing())
    let inner = try await shop.run { orchestrator in
      try await orchestrator.provide("shop.rate") {
        (_: EmbeddedShop.RateRequest, _) -> Double in
        tracer.withSpan("look up") { _ in 2 }
      }
    } _: { orchestrator in
      try await tracer.withSpan("checkout") { span in
        try await Self.quote(orchestrator, items: 1)
        return span.context.inMemorySpanContext
      }
    }
    let checkout = try #require(inner)
    let spans = Self.spans(in: checkout.traceID)
    let call = try #require(spans["pricing.quote"])
    let rate = try #require(spans["shop.rate"])
    #expect(call.parentSpanID == checkout.spanID)
    #expect(rate.parentSpanID == call.spanID)
    #expect(spans["look up"]?.parentSpanID == rate.spanID)
    #expect(spans["emit quote:made"]?.parentSpanID == call.spanID)
    #expect(call.attributes["parley.plugin"]?.toSpanAttribute() == .string("pricing"))
    #expect(call.attributes["parley.outcome"]?.toSpanAttribute() == .string("ok"))
    #expect(
      call.startInstant.nanosecondsSinceEpoch <= rate.startInstant.nanosecondsSinceEpoch)
  }

  @Test("plugins see the application's trace id, and a frame that fails is a span with an error")
  func failing() async throws {
    let tracer = Self.tracer
    let fixture = try PluginFixture().add(
      "tracing", .python,
      """
      from parley import context, provide

      @provide("tracing.trace")
      def trace():
          return context().trace

      @provide("tracing.fail")
      def fail():
          raise ValueError("no")
      """, manifest: PluginFixture.services("tracing.trace", "tracing.fail"))
    let shop = try EmbeddedShop(fixture)
    let (seen, traceID) = try await shop.run { orchestrator in
      try await tracer.withSpan("outer") { span in
        _ = try? await orchestrator.client.call("tracing.fail")
        return (
          try await orchestrator.client.call("tracing.trace", as: String.self),
          span.context.inMemorySpanContext?.traceID ?? ""
        )
      }
    }
    #expect(seen.hasPrefix("00-\(traceID)-"))
    let failed = try #require(Self.spans(in: traceID)["tracing.fail"])
    #expect(failed.status?.code == .error)
    #expect(failed.attributes["parley.outcome"]?.toSpanAttribute() == .string("handler_error"))
  }

  @Test("calls are counted and timed by plugin and outcome, events by name")
  func metrics() async throws {
    let metrics = Self.metrics
    let shop = try EmbeddedShop(EmbeddedShop.pricing())
    try await shop.run { orchestrator in
      try await orchestrator.provide("shop.rate") {
        (_: EmbeddedShop.RateRequest, _) -> Double in 2
      }
    } _: { orchestrator in
      for items in 1...3 { try await Self.quote(orchestrator, items: items) }
    }
    let dimensions = [("plugin", "pricing"), ("outcome", "ok")]
    #expect(try metrics.expectCounter("parley.calls", dimensions).totalValue >= 3)
    #expect(try metrics.expectTimer("parley.call.duration", dimensions).values.count >= 3)
    #expect(try metrics.expectCounter("parley.events", [("event", "quote:made")]).totalValue >= 3)
    #expect(try metrics.expectGauge("parley.frames").lastValue != nil)
  }
}
