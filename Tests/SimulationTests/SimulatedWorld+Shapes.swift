import KernelProtocol

@testable import Broker

/// Events in another rhythm: `news`, for which each plugin that subscribes asks for a shape of its own, and `tide`, whose manifest
/// has one.
extension SimulatedWorld {
  mutating func someShape() -> Shape {
    let seconds = Double.random(in: 0.01...0.2, using: &random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return .batch(window: seconds, max: chance(0.5) ? 3 : nil)
    case 1: return .debounce(wait: seconds, maxWait: chance(0.5) ? seconds * 2 : nil)
    case 2: return .throttle(interval: seconds)
    default: return .latest(key: JSONPointer(["key"]), interval: chance(0.5) ? seconds : nil)
    }
  }

  /// Emits an event that comes in a rhythm.
  mutating func emitNews(_ event: String, of handler: SimulatedHandler, at id: ConnectionID)
    -> String
  {
    var metadata = MessageMetadata()
    metadata.event = event
    let key = chance(0.5) ? "a" : "b"
    let number = shapes.make(event, key: key)
    let request = ask(
      .emit, from: id, parent: handler.header, metadata: metadata,
      content: ["news": JSONValue(number), "key": .string(key)])
    shapes.asked(number, by: request)
    return request
  }

  /// Where an event that is emitted now is to arrive.
  func places(of event: String) -> [String] {
    if event.hasSuffix(":tide") { return [event] }
    return broker.plugins.values.filter { plugin in
      !plugin.keepsSubscriptions
        && broker.owedSubscriptions(of: plugin, to: event).contains { $0.shape != nil }
    }.map(\.manifest.name)
  }

  /// Whether a subscription is one that asks for a shape.
  static func isShaped(_ pattern: NamePattern) -> Bool { pattern.text == "*:news" }

  /// What was emitted in a rhythm and is neither delivered nor replaced. What waits for a subscriber whose kernel dies is lost.
  var lostNews: [String] {
    shapes.problems + shapes.lost { $0.hasSuffix(":tide") || !faults.crashes }
  }
}

extension Shape {
  /// As a `subscribe` has it.
  var json: JSONValue {
    switch self {
    case .batch(let window, let max):
      var fields: JSONObject = ["window": .double(window)]
      fields["max"] = max.map { JSONValue($0) }
      return ["batch": .object(fields)]
    case .debounce(let wait, let longest):
      var fields: JSONObject = ["wait": .double(wait)]
      fields["max_wait"] = longest.map(JSONValue.double)
      return ["debounce": .object(fields)]
    case .throttle(let interval): return ["throttle": ["interval": .double(interval)]]
    case .latest(let key, let interval):
      var fields: JSONObject = [:]
      fields["key"] = (key?.description).map(JSONValue.string)
      fields["interval"] = interval.map(JSONValue.double)
      return ["latest": .object(fields)]
    }
  }
}
