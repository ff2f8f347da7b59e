import Parley
import Testing

@Suite("A trace")
struct TraceTests {
  typealias Example = TraceExample

  @Test("a chain of calls and events is one trace whose state names the step that failed")
  func chain() throws {
    let trace = try #require(Trace(Example.chain.reversed()))
    #expect(trace.name == "shop.submit")
    #expect(trace.plugins == ["shop", "valid", "store", "mail"])
    #expect(trace.state == .failed(.handlerError, step: Example.chain[5]))
    #expect(abs(trace.seconds - 0.01) < 1e-9)
    let good = try #require(Trace(Array(Example.chain.dropLast()) + [mail(.ok)]))
    #expect(good.state == .ok)
  }

  @Test("the failing step is where the error came from, however far down")
  func origin() throws {
    let spans = [
      Example.span(1, nil, "a.a", "a", "lua", caller: "operator", 0, 9, .handlerError),
      Example.span(2, 1, "b.b", "b", "ruby", caller: "a", 1, 2, .timeout),
      Example.span(3, 1, "b.c", "b", "ruby", caller: "a", 3, 8, .handlerError),
      Example.span(4, 3, "c.c", "c", "perl", caller: "b", 4, 7, .kernelDied),
    ]
    #expect(try #require(Trace(spans)).state == .failed(.handlerError, step: spans[3]))
  }

  @Test("an error that the caller has dealt with is none of the trace's")
  func handled() throws {
    let spans = [
      Example.span(1, nil, "a.a", "a", "lua", caller: "operator", 0, 9),
      Example.span(2, 1, "b.b", "b", "ruby", caller: "a", 1, 2, .timeout),
    ]
    #expect(try #require(Trace(spans)).state == .ok)
  }

  @Test("a trace is unfinished while a caller or a subscriber runs")
  func unfinished() throws {
    let withoutCaller = try #require(Trace(Array(Example.chain.dropFirst())))
    #expect(withoutCaller.state == .unfinished)
    let withoutHandler = try #require(Trace(Array(Example.chain.dropLast())))
    #expect(withoutHandler.state == .unfinished)
    #expect(Trace([]) == nil)
  }

  @Test("spans that claim to have caused each other end in a state all the same")
  func circle() throws {
    let spans = [
      Example.span(1, 2, "a.a", "a", "lua", 0, 9, .timeout),
      Example.span(2, 1, "b.b", "b", "lua", 0, 9, .timeout),
      Example.span(3, 3, "on a:b", "b", "lua", 0, 9, .timeout),
    ]
    let trace = try #require(Trace(spans))
    #expect(trace.roots.map(\.span) == [3])
    #expect(trace.state == .unfinished)
    #expect(!TraceTree(trace).text.isEmpty)
    #expect(!TraceDiagram(trace).text.isEmpty)
  }

  private func mail(_ outcome: Outcome) -> SpanRecord {
    Example.span(6, 5, "on order:saved", "mail", "perl", 7, 10, outcome)
  }
}
