import KernelProtocol
import Testing

@testable import Broker

/// The spans of what never becomes a frame.
@Suite("Spans")
struct SpanTests {
  private static let client = ConnectionID(1)

  @Test("a call that is refused is a span that names who called, and why not")
  func refusal() throws {
    var metadata = MessageMetadata()
    metadata.method = "p.wrok"
    let span = try #require(spans(.callRequest, metadata).first)
    #expect(span.name == "p.wrok")
    #expect(span.outcome == .noProvider)
    #expect(span.message?.contains("p.wrok") == true)
    #expect(span.caller == "operator")
    #expect(span.plugin == "")
    #expect(span.isRoot)
    #expect(span.started == nil)
  }

  @Test("an event that is emitted is a span that says how many frames it opened")
  func emit() throws {
    var metadata = MessageMetadata()
    metadata.event = "p:done"
    let span = try #require(spans(.emit, metadata).first)
    #expect(span.name == "emit p:done")
    #expect(span.plugin == "operator")
    #expect(span.outcome == .ok)
    #expect(span.openedFrames == 0)
    #expect(span.isRoot)
  }

  @Test("a span in somebody's own trace has that trace's id")
  func outerTrace() throws {
    var metadata = MessageMetadata()
    metadata.method = "p.wrok"
    metadata.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    let span = try #require(spans(.callRequest, metadata).first)
    #expect(span.trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
    #expect(span.trace.parentSpan == 0x00f0_67aa_0ba9_02b7)
    #expect(span.isRoot)
  }

  /// What a client's message makes known, while a plugin with an event and a method is declared.
  private func spans(_ type: MessageType, _ metadata: MessageMetadata) -> [Span] {
    var broker = Broker(configuration: BrokerConfiguration(session: "o"))
    var manifest = PluginManifest(name: "p", version: "1", kernel: "k", main: "m")
    manifest.provides = ["p.work": PluginManifest.Method()]
    manifest.emits = ["p:done": PluginManifest.Event()]
    var headers = HeaderFactory(session: "c")
    let message = Envelope(header: headers.make(type, date: ""), metadata: metadata.bytes)
    let inputs: [BrokerInput] = [
      .connect(Self.client, .client(principal: "operator")),
      .declare(manifest, folder: "/", connection: ConnectionID(2)), .receive(Self.client, message),
    ]
    var effects: [BrokerEffect] = []
    for input in inputs {
      broker.handle(input, at: Instant(nanoseconds: 1), date: "", into: &effects)
    }
    return effects.compactMap { effect in
      if case .report(.span(let span)) = effect { span } else { nil }
    }
  }
}
