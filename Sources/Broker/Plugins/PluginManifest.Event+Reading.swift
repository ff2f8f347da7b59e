import KernelProtocol

extension PluginManifest.Event {
  private static let keys =
    ["payload", "description", "delivery", "retain", "queue", "max_attempts"] + Shape.names

  /// Reads what a manifest says of one event.
  init(reading value: JSONValue, at place: JSONPointer) throws(ManifestProblem) {
    let event = try ManifestObject(value, at: place, keys: Self.keys)
    self.init(payload: try event.schema("payload"))
    delivery = try event.choice("delivery") ?? .broadcast
    isRetained = try event.flag("retain")
    shape = try Shape(readingFrom: event.object, at: place)
    if let attempts = try event.count("max_attempts") { queue.maximumAttempts = attempts }
    if let settings = try event.child("queue", keys: ["limit", "overflow", "latest"]) {
      try readQueue(settings)
    }
    guard delivery != .broadcast || (event.object["queue"] ?? event.object["max_attempts"]) == nil
    else {
      throw ManifestProblem(
        place, "a broadcast is not queued: say \"delivery\": \"queued\" or \"durable\" as well")
    }
    guard delivery != .durable || shape == nil else {
      throw ManifestProblem(
        place, "a durable event has no shape: let those who subscribe ask for one")
    }
  }

  private mutating func readQueue(_ settings: ManifestObject) throws(ManifestProblem) {
    if let limit = try settings.count("limit") { queue.limit = limit }
    queue.overflow = try settings.choice("overflow") ?? .block
    queue.latestKey = try settings.jsonPointer("latest")
  }
}

extension ManifestObject {
  /// One of some words, of a key that may be absent.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String
  ) throws(ManifestProblem) -> Choice? {
    guard let value = object[key] else { return nil }
    if let choice = value.stringValue.flatMap(Choice.init(rawValue:)) { return choice }
    let words = Choice.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
    throw ManifestProblem(pointer.appending(key), "\"\(key)\" is one of \(words)")
  }
}
