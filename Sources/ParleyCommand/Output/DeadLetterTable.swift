import Parley

/// Dead letters, a row for each.
struct DeadLetterTable {
  private let letters: [JSONValue]

  /// A table of what a `dead_letters_reply` has.
  init(_ letters: [JSONValue]) { self.letters = letters }

  /// The table as text, or that there are none.
  func text(for terminal: Terminal) -> String {
    guard !letters.isEmpty else { return "There are no dead letters." }
    var table = Table(["ID", "PLUGIN", "EVENT", "DELIVERY", "ATTEMPTS", "ERROR"])
    for letter in letters {
      table.append([
        letter["id"]?.stringValue ?? "", letter["plugin"]?.stringValue ?? "",
        letter["event"]?.stringValue ?? "", letter["delivery"]?.stringValue ?? "",
        letter["attempts"]?.intValue.map(String.init) ?? "",
        String((letter["error"]?["message"]?.stringValue ?? "").prefix { !$0.isNewline }),
      ])
    }
    return table.text(for: terminal)
  }

  /// How many something was done to.
  static func count(_ letters: [JSONValue], _ what: String) -> String {
    "\(letters.count) \(letters.count == 1 ? "dead letter" : "dead letters") \(what)."
  }
}
