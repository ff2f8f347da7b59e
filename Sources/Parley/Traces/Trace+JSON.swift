public import KernelProtocol
import Store

extension Trace {
  /// The trace in a few words, for a list.
  public var summary: JSONValue {
    var object: JSONObject = [
      "trace": .string(id), "name": .string(name), "state": .string(state.word),
      "began": .string(WallClock.text(nanoseconds: began)), "seconds": JSONValue(number: seconds),
      "plugins": JSONValue(plugins), "spans": JSONValue(spans.count),
    ]
    if case .failed(_, let step) = state { object["failed"] = step.json(since: began) }
    return .object(object)
  }

  /// The trace with all of its spans.
  public var json: JSONValue {
    var object = summary.objectValue ?? [:]
    object["spans"] = .array(spans.map { $0.json(since: began) })
    return .object(object)
  }
}

extension SpanRecord {
  /// The span; its times are seconds from the beginning of the trace.
  fileprivate func json(since began: Int64) -> JSONValue {
    func time(_ moment: Int64) -> JSONValue { JSONValue(number: Double(moment - began) / 1e9) }
    var object: JSONObject = [
      "span": .string(Self.text(span)), "name": .string(name), "plugin": .string(plugin),
      "language": .string(language), "depth": JSONValue(depth), "requested": time(requested),
      "ended": time(ended), "outcome": .string(outcome.rawValue),
    ]
    object["parent"] = parent.map { .string(Self.text($0)) }
    object["caller"] = caller.map(JSONValue.string)
    object["started"] = started.map(time)
    object["message"] = message.map(JSONValue.string)
    return .object(object)
  }

  /// 16 hexadecimal digits.
  private static func text(_ id: UInt64) -> String {
    let digits = String(id, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
