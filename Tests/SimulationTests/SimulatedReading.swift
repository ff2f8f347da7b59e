/// A stream that is read, as the reader's shim sees it.
struct SimulatedReading {
  /// The msg_id of the call_request.
  let request: String
  let window: Int
  /// How many items were asked for in all.
  var asked: Int
  /// How many items have come.
  var received = 0
  /// How many of them were taken.
  var taken = 0
  var hasEnded = false

  init(request: String, window: Int) {
    self.request = request
    self.window = window
    asked = window
  }

  var hasItem: Bool { taken < received }

  /// Notes an item that has come, and says what is wrong with it.
  mutating func receive(sequence: Int?) -> String? {
    defer { received += 1 }
    if hasEnded { return "\(request) got an item after its end" }
    if received >= asked { return "\(request) got an item beyond the credit of \(asked)" }
    return sequence == received ? nil : "\(request) got item \(sequence ?? -1) as its \(received)th"
  }

  /// Takes an item; gives the credit that is due then, half a window at a time.
  mutating func take() -> Int? {
    taken += 1
    let due = taken + window - asked
    guard due >= max(1, window / 2) else { return nil }
    asked += due
    return due
  }
}
