import Foundation
import Parley
import Testing

/// What other programs read is checked against their formats, as strictly as they are written down.
@Suite("Traces for other programs")
struct TraceFormatTests {
  private static func traces() -> [(seed: UInt64, trace: Trace)] {
    (1...200 as ClosedRange<UInt64>).compactMap { seed in
      Trace(RandomTrace.make(seed: seed)).map { (seed, $0) }
    }
  }

  @Test(
    "Mermaid's text has only what its grammar knows, names nobody unknown, and ends no activation twice"
  )
  func mermaid() throws {
    var seen: Set<String> = []
    for (seed, trace) in Self.traces() {
      var checker = MermaidChecker()
      checker.read(TraceMermaid(trace).text)
      #expect(
        checker.problems.isEmpty, "seed \(seed): \(checker.problems)\n\(TraceMermaid(trace).text)")
      seen.formUnion(checker.arrows)
    }
    #expect(seen == ["->>+", "-->>-", "--x-", "-)", "note"])
  }

  @Test(
    "the Trace Event Format has the fields of each phase and no others, and arrows that begin and end in slices"
  )
  func events() throws {
    var arrows = 0
    for (seed, trace) in Self.traces() {
      let text = "\(TraceEvents(trace).json)"
      let file = try JSONParser().parse(FrameBytes(text))
      var checker = TraceEventChecker()
      checker.read(file)
      #expect(checker.problems.isEmpty, "seed \(seed): \(checker.problems)\n\(text)")
      arrows += checker.arrowCount
    }
    #expect(arrows > 200)
  }
}

/// A reader of the part of Mermaid's sequence diagrams that is used (mermaid.js.org/syntax/sequenceDiagram.html).
private struct MermaidChecker {
  private(set) var problems: [String] = []
  private(set) var arrows: Set<String> = []
  private var participants: Set<String> = []
  private var active: [String: Int] = [:]

  mutating func read(_ text: String) {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.removeFirst() != "sequenceDiagram" { problems.append("no sequenceDiagram") }
    if lines.removeLast() != "" { problems.append("the last line is not ended") }
    for line in lines { read(line: line) }
  }

  private mutating func read(line: String) {
    let participant = /[ ]{2}participant (p[0-9]+) as (.+)/
    let arrow = /[ ]{2}(p[0-9]+)(->>\+|-->>-|--x-|-\))(p[0-9]+): (.+)/
    let note = /[ ]{2}Note over (p[0-9]+): (.+)/
    if let match = line.wholeMatch(of: participant) {
      if !arrows.isEmpty { problems.append("a participant after the first arrow") }
      if !participants.insert(String(match.1)).inserted { problems.append("twice: \(line)") }
      check(text: String(match.2))
    } else if let match = line.wholeMatch(of: arrow) {
      arrows.insert(String(match.2))
      check(known: [String(match.1), String(match.3)])
      check(text: String(match.4))
      activate(String(match.2), from: String(match.1), to: String(match.3))
    } else if let match = line.wholeMatch(of: note) {
      arrows.insert("note")
      check(known: [String(match.1)])
      check(text: String(match.2))
    } else {
      problems.append("no statement: \(line)")
    }
  }

  /// `+` begins an activation of whom the arrow leads to, `-` ends one of whom it comes from.
  private mutating func activate(_ arrow: String, from source: String, to target: String) {
    if arrow.hasSuffix("+") { active[target, default: 0] += 1 }
    guard arrow.hasSuffix("-") else { return }
    active[source, default: 0] -= 1
    if active[source] == -1 { problems.append("\(source) ends an activation that it has not") }
  }

  private mutating func check(known names: [String]) {
    for name in names where !participants.contains(name) { problems.append("who is \(name)?") }
  }

  /// No end of a statement, no comment, and `#` only as an entity.
  private mutating func check(text: String) {
    let rest = text.replacing(/#[0-9]+;/, with: "")
    if rest.contains(/[;#<>%\r\n]/) { problems.append("not escaped: \(text)") }
    if text.allSatisfy(\.isWhitespace) { problems.append("an empty text") }
  }
}

/// A reader of the part of the Trace Event Format that is used ("Trace Event Format", Google, 2016).
private struct TraceEventChecker {
  private(set) var problems: [String] = []
  private(set) var arrowCount = 0
  private var slices: [JSONValue] = []
  private var flows: [String: [String]] = [:]
  private var flowTimes: [String: [Double]] = [:]

  private static let fields: [String: Set<String>] = [
    "X": ["name", "cat", "ph", "ts", "dur", "pid", "tid", "args"],
    "M": ["name", "ph", "pid", "tid", "args"],
    "s": ["name", "cat", "ph", "id", "ts", "pid", "tid"],
    "f": ["name", "cat", "ph", "id", "ts", "pid", "tid", "bp"],
  ]

  mutating func read(_ file: JSONValue) {
    let known: Set = ["traceEvents", "displayTimeUnit", "otherData"]
    if Set(file.objectValue?.keys ?? []) != known { problems.append("the keys of the file") }
    if !["ms", "ns"].contains(file["displayTimeUnit"]?.stringValue) { problems.append("its unit") }
    let events = file["traceEvents"]?.arrayValue ?? []
    slices = events.filter { $0["ph"] == "X" }
    for event in events { read(event: event) }
    for (id, phases) in flows where phases != ["s", "f"] {
      problems.append("the arrow \(id) has \(phases)")
    }
    for (id, times) in flowTimes where times != times.sorted() {
      problems.append("the arrow \(id) leads back")
    }
    arrowCount = flows.count
  }

  private mutating func read(event: JSONValue) {
    let phase = event["ph"]?.stringValue ?? ""
    guard let fields = Self.fields[phase], Set(event.objectValue?.keys ?? []) == fields else {
      return problems.append("no event of the phase \(phase): \(event)")
    }
    for key in ["pid", "tid"] where (event[key]?.intValue ?? -1) < 0 { problems.append("\(key)") }
    for key in ["ts", "dur"] where fields.contains(key) && (event[key]?.doubleValue ?? -1) < 0 {
      problems.append("\(key) of \(event)")
    }
    if (event["name"]?.stringValue ?? "").isEmpty { problems.append("no name: \(event)") }
    if phase == "M", event["args"]?["name"]?.stringValue == nil { problems.append("\(event)") }
    if phase == "s" || phase == "f" { read(flow: event, phase) }
  }

  /// An arrow is bound to the slice that is around it, on its thread.
  private mutating func read(flow event: JSONValue, _ phase: String) {
    let (id, time) = (event["id"]?.stringValue ?? "", event["ts"]?.doubleValue ?? -1)
    flows[id, default: []].append(phase)
    flowTimes[id, default: []].append(time)
    if phase == "f", event["bp"] != "e" { problems.append("bp of \(event)") }
    let isBound = slices.contains { slice in
      let begin = slice["ts"]?.doubleValue ?? 0
      return slice["pid"] == event["pid"] && slice["tid"] == event["tid"] && begin <= time
        && time <= begin + (slice["dur"]?.doubleValue ?? 0)
    }
    if !isBound { problems.append("the arrow \(id) \(phase) is in no slice") }
  }
}
