import KernelProtocol

/// What is asked about dead letters, and about which.
public struct DeadLetterRequest: Sendable, Equatable {
  /// What is done with them.
  public enum Action: String, Sendable {
    case list
    /// One with its payload.
    case show
    /// Delivered again, as if for the first time.
    case retry
    /// Deleted.
    case drop
  }

  public var action: Action
  /// Which; none for all that the filters let through.
  public var ids: [String]
  /// Only those of this plugin.
  public var plugin: String?
  /// Only those of this event, or of the events of this pattern.
  public var event: String?

  /// A request for letters by their ids, or for all that the filters let through.
  public init(
    _ action: Action, ids: [String] = [], plugin: String? = nil, event: String? = nil
  ) {
    self.action = action
    self.ids = ids
    self.plugin = plugin
    self.event = event
  }
}

extension DeadLetterRequest {
  /// Reads the content of a `dead_letters_request`.
  init(reading content: JSONValue?) throws(OutcomeError) {
    let word = content?["action"]?.stringValue ?? ""
    guard let action = Action(rawValue: word) else {
      throw OutcomeError(
        .invalidPayload,
        "dead_letters_request needs content.action: list, show, retry or drop, not \"\(word)\".")
    }
    self.init(
      action, ids: content?["ids"]?.arrayValue?.compactMap(\.stringValue) ?? [],
      plugin: content?["plugin"]?.stringValue, event: content?["event"]?.stringValue)
  }

  /// The content of a `dead_letters_request`.
  var content: JSONValue {
    var object: JSONObject = ["action": .string(action.rawValue), "ids": JSONValue(ids)]
    object["plugin"] = plugin.map(JSONValue.string)
    object["event"] = event.map(JSONValue.string)
    return .object(object)
  }

  /// The letters that are meant, in the order of the list.
  ///
  /// - Throws: ``OutcomeError`` `invalid_payload` for an id that is not there, with the nearest that are, and for a filter that
  ///   makes no sense.
  func choose(from entries: [DeadLetterEntry]) throws(OutcomeError) -> [DeadLetterEntry] {
    let pattern = try eventPattern()
    for id in ids where !entries.contains(where: { $0.id == id }) {
      throw Self.unknown(id, among: entries.map(\.id))
    }
    return entries.filter { entry in
      (ids.isEmpty || ids.contains(entry.id)) && (plugin.map { $0 == entry.plugin } ?? true)
        && (pattern?.matches(entry.event) ?? true)
    }
  }

  private func eventPattern() throws(OutcomeError) -> NamePattern? {
    guard let event else { return nil }
    do throws(NameError) {
      return try NamePattern(event, .event)
    } catch {
      throw OutcomeError(.invalidPayload, "\(event) is no event: \(error.description)")
    }
  }

  private static func unknown(_ id: String, among known: [String]) -> OutcomeError {
    let nearest = NearestNames.find(id, among: known)
    let hint =
      known.isEmpty
      ? "there are none."
      : nearest.isEmpty ? "`parley dead-letters list` shows those that are." : ""
    let message = "There is no dead letter \(id)" + (hint.isEmpty ? "." : ": " + hint)
    return OutcomeError(
      .invalidPayload, message, details: nearest.isEmpty ? [:] : ["nearest": JSONValue(nearest)])
  }
}
