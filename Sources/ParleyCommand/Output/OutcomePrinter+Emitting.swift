import Parley

extension OutcomePrinter {
  /// How many subscriptions an event matched.
  func emitted(_ count: Int) {
    guard !isJSON else {
      return print(["outcome": "ok", "value": ["subscriptions": JSONValue(count)]])
    }
    Terminal.standardOutput.line(Self.words(count))
  }

  /// What became of an event whose subscribers were waited for: a line for each.
  func confirmed(_ reply: EmitReply) {
    let outcomes = reply.outcomes.sorted { $0.key < $1.key }
    guard isJSON else {
      Terminal.standardOutput.line(
        Self.words(reply.subscriptions) + (reply.isConfirmed ? ", confirmed" : ", not confirmed"))
      for (plugin, error) in outcomes {
        let words = error.map { "\($0.outcome.rawValue): \($0.message)" } ?? "ok"
        Terminal.standardOutput.line("  \(plugin)  \(words)")
      }
      return
    }
    let list = outcomes.map {
      ($0.key, $0.value?.wire(includingOutcome: true) ?? ["outcome": "ok"])
    }
    print([
      "outcome": "ok",
      "value": [
        "subscriptions": JSONValue(reply.subscriptions), "event_id": .string(reply.eventID),
        "confirmed": .bool(reply.isConfirmed), "outcomes": .object(JSONObject(list)),
      ],
    ])
  }

  private static func words(_ count: Int) -> String {
    "\(count) \(count == 1 ? "subscription" : "subscriptions")"
  }
}
