import KernelProtocol
import Store
import Testing

extension Store {
  fileprivate func record(_ spans: [SpanRecord]) { record(count: spans.count) { spans } }
}

@Suite("Traces", .timeLimit(.minutes(5)))
struct TraceTests {
  let fixture: StoreFixture

  init() throws { fixture = try StoreFixture() }

  @Test("a trace comes back with all of its spans, in the order of their requests")
  func loading() async throws {
    let store = try fixture.open()
    let spans = [
      span("a", .max, requested: 3, outcome: .handlerError, message: "broken"),
      span("a", 1, parent: .max, requested: 1), span("b", 2, requested: 2),
    ]
    store.record(spans)
    try await store.flush()
    #expect(try await store.trace("a") == [spans[1], spans[0]])
    #expect(try await store.trace("c").isEmpty)
    #expect(try await store.recentTraces() == ["b", "a"])
    #expect(try await store.recentTraces(limit: 1) == ["b"])
    #expect(try await store.traces(beginningWith: "a") == ["a"])
    #expect(try await store.traces(beginningWith: "").count == 2)
  }

  @Test("traces that are of no interest are left out, unless they failed")
  func ignoring() async throws {
    let store = try fixture.open()
    let failed = span("b", 2, name: "load", outcome: .handlerError)
    store.record([span("a", 1, name: "load"), failed, span("c", 3, name: "load"), span("c", 4)])
    try await store.flush()
    #expect(try await store.recentTraces(without: ["load", "on_start"]) == ["c", "b"])
    #expect(try await store.recentTraces().count == 3)
  }

  @Test("the oldest spans go when there are too many")
  func ring() async throws {
    let store = try fixture.open { $0.spanLimit = 10 }
    for number in 1...25 as ClosedRange<UInt64> { store.record([span("\(number)", number)]) }
    try await store.flush()
    let traces = try await store.recentTraces(limit: 100)
    #expect(traces == (16...25).reversed().map(String.init))
  }

  @Test("spans go when they are too old")
  func age() async throws {
    let store = try fixture.open { $0.spanAge = 60 }
    store.record([span("old", 1, ended: 1)])
    store.record([span("new", 2)])
    try await store.flush()
    #expect(try await store.recentTraces() == ["new"])
  }

  @Test("recording never waits: what is too much is counted instead")
  func backlog() async throws {
    let store = try fixture.open { $0.waitingSpanLimit = 10 }
    store.record((1...10 as ClosedRange<UInt64>).map { span("a", $0) })
    try await store.flush()
    store.record((1...11 as ClosedRange<UInt64>).map { span("b", $0) })
    try await store.flush()
    #expect(store.lostSpanCount == 11)
    #expect(try await store.recentTraces() == ["a"])
    await store.close()
    store.record([span("c", 1)])
    #expect(store.lostSpanCount == 12)
  }

  private func span(
    _ trace: String, _ id: UInt64, parent: UInt64? = nil, name: String = "a.b",
    requested: Int64 = 1,
    ended: Int64 = .max, outcome: Outcome = .ok, message: String? = nil
  ) -> SpanRecord {
    SpanRecord(
      trace: trace, span: id, parent: parent, name: name, plugin: "a", language: "lua",
      caller: nil, requested: requested, started: nil, ended: ended, depth: 1, outcome: outcome,
      message: message)
  }
}
