public import KernelProtocol

/// What became of an event that was emitted with `confirm`.
public struct EmitReply: Sendable, Equatable {
  /// How many subscriptions it matched.
  public let subscriptions: Int
  /// The event's id, stable over redeliveries.
  public let eventID: String
  /// Whether as many subscribers as were asked for have handled it.
  public let isConfirmed: Bool
  /// How each of those who were waited for ended, by plugin; nil for ok.
  public let outcomes: [String: OutcomeError?]

  /// The subscribers that did not handle it, and why.
  public var failures: [String: OutcomeError] { outcomes.compactMapValues(\.self) }

  init(_ content: JSONValue) {
    subscriptions = content["subscriptions"]?.intValue ?? 0
    eventID = content["event_id"]?.stringValue ?? ""
    isConfirmed = content["confirmed"]?.boolValue ?? false
    let pairs = content["outcomes"]?.objectValue?.map { ($0.key, Self.error(in: $0.value)) } ?? []
    outcomes = Dictionary(pairs) { first, _ in first }
  }

  private static func error(in outcome: JSONValue) -> OutcomeError? {
    outcome["outcome"]?.stringValue == Outcome.ok.rawValue ? nil : OutcomeError(wire: outcome)
  }
}
