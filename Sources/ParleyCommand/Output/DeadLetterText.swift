import Parley

/// One dead letter in full: where it was going, its payload, and what it failed with.
struct DeadLetterText {
  private let letter: JSONValue

  /// One letter of the reply to `show`.
  init(_ letter: JSONValue) { self.letter = letter }

  /// The letter as text.
  func text(for terminal: Terminal) -> String {
    let attempts = letter["attempts"]?.intValue ?? 0
    let head = terminal.style(field("id"), .bold) + "  \(field("event")) for \(field("plugin"))"
    let origin =
      "emitted by \(field("emitter")) as \(field("event_id")), \(field("delivery")), "
      + (attempts == 1 ? "1 attempt" : "\(attempts) attempts")
    let payload = (try? JSONWriter(.pretty).string(letter["payload"] ?? .null)) ?? "null"
    let error = letter["error"].map { error in
      OutcomeError(
        wire: error,
        outcome: error["outcome"]?.stringValue.flatMap(Outcome.init(rawValue:)) ?? .handlerError)
    }
    let failure = error.map { ErrorText($0, for: terminal).text } ?? ""
    return [head, origin, payload, failure].joined(separator: "\n")
  }

  private func field(_ name: String) -> String { letter[name]?.stringValue ?? "?" }
}
