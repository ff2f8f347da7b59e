import Parley

/// Traces of all shapes, by a seed: calls to others and to oneself, events that outlive what emitted them, attempts again, steps
/// without a duration, calls that reach nobody.
struct RandomTrace: RandomNumberGenerator {
  private var state: UInt64
  private var spans: [SpanRecord] = []

  private static let texts = [
    nil, "no paper", "late; #1 %% <b>", "two\nlines", "", "participant p9 as x", "Zürich 😀: end",
  ]

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  static func make(seed: UInt64) -> [SpanRecord] {
    var random = RandomTrace(seed: seed)
    random.add(to: nil, from: 0, until: 40, depth: 1)
    return random.spans
  }

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  private mutating func add(to parent: SpanRecord?, from begin: Int64, until end: Int64, depth: Int)
  {
    let isEvent = parent?.isEmit == true
    let isEmit = !isEvent && Int.random(in: 0..<4, using: &self) == 0
    let requested = Int64.random(in: begin...end, using: &self)
    let ended = isEmit ? requested : Int64.random(in: requested...max(end, requested), using: &self)
    let plugin = ["a", "b", "c", isEvent ? "b" : ""].randomElement(using: &self) ?? "a"
    let name = "\(isEmit ? "emit " : isEvent ? "on " : "")\(isEmit || isEvent ? "e:v" : "a.b")"
    let outcome: Outcome = [.ok, .ok, .handlerError, .timeout].randomElement(using: &self) ?? .ok
    let children = depth < 6 && !plugin.isEmpty ? Int.random(in: 0...3, using: &self) : 0
    let span = TraceExample.span(
      UInt64(spans.count + 1), parent?.span, name, plugin, plugin.isEmpty ? "" : "lua",
      caller: isEmit || isEvent ? nil : parent?.plugin ?? "operator", requested, ended,
      isEmit ? .ok : outcome, Self.texts.randomElement(using: &self) ?? nil,
      opened: isEmit ? children : 0)
    spans.append(span)
    for _ in 0..<children {
      // What an event leads to may come long after it, and once more.
      add(to: span, from: requested, until: isEmit ? requested + 30 : ended, depth: depth + 1)
    }
  }
}
