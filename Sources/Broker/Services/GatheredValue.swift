import KernelProtocol

/// What the providers of a method have answered, as one value: a list of `{"plugin", "outcome", "value" or "error"}`.
struct GatheredValue {
  private(set) var rows: [JSONValue] = []
  private(set) var buffers: [FrameBytes] = []
  /// Where each buffer belongs, in the content `{"value": rows}`.
  private(set) var paths: [JSONValue] = []

  /// Adds what a provider has answered; binary values move with it to their new place.
  mutating func append(_ ending: Broker.Ending, of plugin: String) {
    var row: JSONObject = ["plugin": .string(plugin), "outcome": .string(ending.outcome.rawValue)]
    switch ending {
    case .error(let error), .returned(_, _, let error): row["error"] = error.wire()
    case .reply(_, let message):
      let content = try? JSONParser(maximumDepth: JSONDepth.content).parse(message.content)
      row["value"] = content?["value"] ?? .null
      let own = message.fields.bufferPaths.flatMap { try? JSONParser().parse($0) }?.arrayValue ?? []
      paths += own.map { path in
        .array(["value", JSONValue(rows.count)] + (path.arrayValue ?? []))
      }
      buffers += message.buffers
    }
    rows.append(.object(row))
  }
}
