public import KernelProtocol
import Store

/// A trace in the Trace Event Format, which chrome://tracing, Perfetto (ui.perfetto.dev) and speedscope read.
///
/// Each plugin is a process, and its steps lie on as many threads as are needed for those on one to be nested. Arrows lead
/// from the step that asked to the one that was asked for. Times are microseconds from the beginning of the trace.
public struct TraceEvents: Sendable {
  private let trace: Trace
  private let lanes: TraceLanes

  /// The events of a trace.
  public init(_ trace: Trace) {
    self.trace = trace
    lanes = TraceLanes(trace)
  }

  /// The whole file.
  public var json: JSONValue {
    let events = processes + threads + trace.spans.map(slice) + trace.spans.flatMap(arrow)
    return [
      "traceEvents": .array(events), "displayTimeUnit": "ms",
      "otherData": [
        "trace": .string(trace.id), "state": .string(trace.state.word),
        "began": .string(WallClock.text(nanoseconds: trace.began)),
      ],
    ]
  }

  private var processes: [JSONValue] {
    lanes.plugins.enumerated().map { place, plugin in
      metadata("process_name", process: place + 1, thread: 0, name: plugin)
    }
  }

  private var threads: [JSONValue] {
    lanes.plugins.enumerated().flatMap { place, plugin in
      (0..<lanes.count(of: plugin)).map { lane in
        metadata("thread_name", process: place + 1, thread: lane + 1, name: "frames \(lane + 1)")
      }
    }
  }

  private func metadata(
    _ kind: String, process: Int, thread: Int, name: String
  ) -> JSONValue {
    [
      "name": .string(kind), "ph": "M", "pid": JSONValue(process), "tid": JSONValue(thread),
      "args": ["name": .string(name)],
    ]
  }

  private func slice(_ span: SpanRecord) -> JSONValue {
    var arguments: JSONObject = [
      "outcome": .string(span.outcome.rawValue), "plugin": .string(span.plugin),
      "language": .string(span.language), "depth": JSONValue(span.depth),
    ]
    arguments["message"] = span.message.map(JSONValue.string)
    arguments["waited"] = span.started.map { JSONValue(number: microseconds(span.requested, $0)) }
    var event = place(of: span)
    event["name"] = .string(span.name)
    event["cat"] = span.isEmit || span.isEventHandler ? "event" : "call"
    event["ph"] = "X"
    event["ts"] = time(span.requested)
    event["dur"] = JSONValue(number: microseconds(span.requested, span.ended))
    event["args"] = .object(arguments)
    return .object(event)
  }

  /// From the slice that asked to the one that was asked for.
  private func arrow(to span: SpanRecord) -> [JSONValue] {
    guard let parent = trace.spans.first(where: { $0.span == span.parent }) else { return [] }
    return [(parent, "s"), (span, "f")].map { end, phase in
      var event = place(of: end)
      event["name"] = "cause"
      event["cat"] = "cause"
      event["ph"] = .string(phase)
      event["id"] = .string(String(span.span, radix: 16))
      // Its end must lie in a slice, or it is bound to none: what an event leads to comes after it.
      event["ts"] = time(phase == "s" ? min(span.requested, parent.ended) : span.requested)
      if phase == "f" { event["bp"] = "e" }
      return .object(event)
    }
  }

  private func place(of span: SpanRecord) -> JSONObject {
    let lane = lanes.lane(of: span)
    return ["pid": JSONValue(lane.process), "tid": JSONValue(lane.thread)]
  }

  private func time(_ moment: Int64) -> JSONValue {
    JSONValue(number: microseconds(trace.began, moment))
  }

  private func microseconds(_ from: Int64, _ to: Int64) -> Double { Double(to - from) / 1_000 }
}
