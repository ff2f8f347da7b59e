public import KernelProtocol

/// What became of an event that was emitted with `confirm`.
public struct EmitReply: Sendable, Equatable {
  /// How many subscriptions it matched.
  public let subscriptions: Int
  /// The event's id, stable over redeliveries: the one that was given, or else one of its own.
  public let eventID: String
  /// Whether as many subscribers as were asked for have handled it.
  public let isConfirmed: Bool
  /// Whether an event with this id was emitted before: then nobody gets it again, and nobody was waited for.
  public let isDuplicate: Bool
  /// How each of those who were waited for ended, by plugin; nil for ok.
  public let outcomes: [String: OutcomeError?]

  /// The subscribers that did not handle it, and why.
  public var failures: [String: OutcomeError] { outcomes.compactMapValues(\.self) }

  init(_ content: JSONValue) {
    subscriptions = content["subscriptions"]?.intValue ?? 0
    eventID = content["event_id"]?.stringValue ?? ""
    isConfirmed = content["confirmed"]?.boolValue ?? false
    isDuplicate = content["duplicate"]?.boolValue ?? false
    let pairs = content["outcomes"]?.objectValue?.map { ($0.key, Self.error(in: $0.value)) } ?? []
    outcomes = Dictionary(pairs) { first, _ in first }
  }

  private static func error(in outcome: JSONValue) -> OutcomeError? {
    outcome["outcome"]?.stringValue == Outcome.ok.rawValue ? nil : OutcomeError(wire: outcome)
  }
}
