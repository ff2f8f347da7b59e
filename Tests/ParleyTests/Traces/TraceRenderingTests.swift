import Foundation
import Parley
import Testing

@Suite("Traces as text")
struct TraceRenderingTests {
  let chain: Trace
  let failed: Trace

  init() throws {
    chain = try #require(Trace(TraceExample.chain))
    failed = try #require(
      Trace([
        TraceExample.span(
          1, nil, "a.a", "a", "lua", caller: "operator", 0, 3, .timeout, "late; #1"),
        TraceExample.span(2, 1, "a.b", "a", "lua", caller: "a", 1, 2),
        TraceExample.span(
          3, 1, "no.one", "", "", caller: "a", 2, 2, .noProvider, "Nobody <there>."),
      ]))
  }

  @Test("a tree shows who caused what, and when")
  func tree() {
    #expect(
      TraceTree(chain).text == """
        shop.submit                 shop (lua)      4.00 ms  ━━━━━━━━━━
        └─ emit order:submitted     shop (lua)      0.00 ms    ━
           └─ on order:submitted    valid (node)    7.00 ms    ━━━━━━━━━━━━━━━━━
              ├─ store.save         store (python)  4.00 ms      ━━━━━━━━━━
              └─ emit order:saved   valid (node)    0.00 ms                  ━
                 └─ on order:saved  mail (perl)     3.00 ms                  ━━━━━━━━  handler_error

        """)
  }

  @Test("a single step has no bar")
  func single() throws {
    let trace = try #require(Trace([TraceExample.span(1, nil, "a.a", "a", "lua", 0, 3)]))
    #expect(TraceTree(trace).text == "a.a  a (lua)  3.00 ms  \n")
  }

  @Test("the parts of a tree are coloured as it is told")
  func style() throws {
    let trace = try #require(Trace([TraceExample.span(1, nil, "a.a", "a", "lua", 0, 3, .timeout)]))
    let tree = TraceTree(trace) { text, part in text.isEmpty ? "" : "<\(part) \(text)>" }
    #expect(tree.text == "a.a  <place a (lua)>  <time 3.00 ms>    <outcome timeout>\n")
  }

  @Test("a sequence diagram shows the arrows in the order of time")
  func diagram() {
    #expect(
      TraceDiagram(chain).text == """
        operator         shop (lua)              valid (node)    store (python)   mail (perl)
        │─ shop.submit ─▶│                       │               │                │
        │                │┄ on order:submitted ┄▷│               │                │
        │                │                       │─ store.save ─▶│                │
        │◀┄ 4.00 ms ┄┄┄┄┄│                       │               │                │
        │                │                       │◀┄ 4.00 ms ┄┄┄┄│                │
        │                │                       │┄ on order:saved ┄┄┄┄┄┄┄┄┄┄┄┄┄┄▷│
        │                │                       │               │                ● on order:saved failed: handler_error: no paper

        """)
  }

  @Test(
    "a plugin that calls itself, and a call that reaches nobody, have their place in the diagram")
  func selfCall() {
    #expect(
      TraceDiagram(failed).text == """
        operator                 a (lua)
        │─ a.a ─────────────────▶│
        │                        │─↩ a.b
        │                        │┄↩ 1.00 ms
        │                        ● no.one: no_provider: Nobody <there>.
        │◀┄ ✗ timeout: late; #1 ┄│

        """)
  }

  @Test("Mermaid's text has its own characters escaped")
  func mermaid() {
    #expect(
      TraceMermaid(failed).text == """
        sequenceDiagram
          participant p0 as operator
          participant p1 as a (lua)
          p0->>+p1: a.a
          p1->>+p1: a.b
          p1-->>-p1: 1.00 ms
          Note over p1: no.one: no_provider: Nobody #60;there#62;.
          p1--x-p0: timeout: late#59; #35;1

        """)
    #expect(
      TraceMermaid(chain).text == """
        sequenceDiagram
          participant p0 as operator
          participant p1 as shop (lua)
          participant p2 as valid (node)
          participant p3 as store (python)
          participant p4 as mail (perl)
          p0->>+p1: shop.submit
          p1-)p2: on order:submitted
          p2->>+p3: store.save
          p1-->>-p0: 4.00 ms
          p3-->>-p2: 4.00 ms
          p2-)p4: on order:saved
          Note over p4: on order:saved failed: handler_error: no paper

        """)
  }

  @Test("the Trace Event Format has a slice for each step, exactly")
  func exactEvents() throws {
    let trace = try #require(Trace(Array(TraceExample.chain[3...3])))
    #expect(
      "\(TraceEvents(trace).json)" == """
        {"traceEvents":[{"name":"process_name","ph":"M","pid":1,"tid":0,"args":{"name":"store"}},\
        {"name":"thread_name","ph":"M","pid":1,"tid":1,"args":{"name":"frames 1"}},\
        {"pid":1,"tid":1,"name":"store.save","cat":"call","ph":"X","ts":0,"dur":4000,\
        "args":{"outcome":"ok","plugin":"store","language":"python","depth":1,"waited":0}}],\
        "displayTimeUnit":"ms","otherData":{"trace":"4bf92f3577b34da6a3ce929d0e0e4736",\
        "state":"unfinished","began":"2026-01-02T03:04:05.002Z"}}
        """)
  }

  @Test(
    "the Trace Event Format is valid: slices of a thread are nested, and each arrow has both ends")
  func events() throws {
    for trace in [chain, failed] {
      let events = try #require(TraceEvents(trace).json["traceEvents"]?.arrayValue)
      let slices = events.filter { $0["ph"] == "X" }
      #expect(slices.count == trace.spans.count)
      for (index, slice) in slices.enumerated() {
        for other in slices[(index + 1)...] { #expect(Self.areNested(slice, other)) }
      }
      let named = events.filter { $0["name"] == "process_name" }.compactMap { $0["pid"]?.intValue }
      #expect(Set(slices.compactMap { $0["pid"]?.intValue }) == Set(named))
      let starts = events.filter { $0["ph"] == "s" }.compactMap { $0["id"]?.stringValue }
      let ends = events.filter { $0["ph"] == "f" }.compactMap { $0["id"]?.stringValue }
      #expect(starts == ends)
      #expect(starts.count == trace.spans.count - trace.roots.count)
    }
  }

  /// Whether two slices are on two threads, one after the other, or one within the other.
  private static func areNested(_ left: JSONValue, _ right: JSONValue) -> Bool {
    guard left["pid"] == right["pid"], left["tid"] == right["tid"] else { return true }
    guard let (begin, end) = range(left), let (otherBegin, otherEnd) = range(right) else {
      return false
    }
    if end <= otherBegin || otherEnd <= begin { return true }
    return (begin <= otherBegin && otherEnd <= end) || (otherBegin <= begin && end <= otherEnd)
  }

  private static func range(_ slice: JSONValue) -> (Double, Double)? {
    guard let begin = slice["ts"]?.doubleValue, let length = slice["dur"]?.doubleValue else {
      return nil
    }
    return (begin, begin + length)
  }
}
