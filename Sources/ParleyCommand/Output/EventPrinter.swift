import Parley

/// Prints events as they come: a line for each, with the time, the event, who emitted it, and the payload.
struct EventPrinter {
  let isJSON: Bool

  /// Says that from now on nothing is missed.
  func begin(_ pattern: String) {
    guard !isJSON else { return }
    Terminal.standardError.line("Listening to \(pattern); ^C ends.")
  }

  /// One event.
  func print(_ event: Event<JSONValue>) {
    guard !isJSON else { return Terminal.standardOutput.line(text(json(event))) }
    let terminal = Terminal.standardOutput
    terminal.line(
      [
        terminal.style(LocalTime.now(), .dim), terminal.style(event.name, .bold),
        terminal.style(event.emitter, .dim), text(event.payload),
      ].joined(separator: "  "))
  }

  private func json(_ event: Event<JSONValue>) -> JSONValue {
    var object: JSONObject = [
      "event": .string(event.name), "event_id": .string(event.id),
      "emitter": .string(event.emitter), "sequence": JSONValue(event.sequence),
      "hops": JSONValue(event.hops),
    ]
    object["traceparent"] = event.traceparent.map(JSONValue.string)
    if event.isRetained { object["retained"] = true }
    object["payload"] = event.payload
    return .object(object)
  }

  private func text(_ value: JSONValue) -> String {
    (try? JSONWriter(.compact, maximumDepth: JSONDepth.content + 4).string(value)) ?? "null"
  }
}
