/// Why the broker did not act on a message.
public enum DropReason: Equatable, Sendable {
  /// The reply to a call that is settled, or never was, or is another kernel's.
  case lateReply
  /// A message of that type is not for the orchestrator, or not now.
  case unexpected(type: String)
  /// A message whose metadata is not what the protocol says.
  case malformed(String)
  /// An item beyond the consumer's credit.
  case beyondCredit
  /// So many events did not reach a subscriber.
  case gap(event: String, missed: Int)
  /// A subscriber's line had no room for an event.
  case overflow(event: String)
  /// The kernel could not read a message of ours.
  case unreadable(String)

  /// One word for counters.
  public var word: String {
    switch self {
    case .lateReply: "late_reply"
    case .unexpected: "unexpected"
    case .malformed: "malformed"
    case .beyondCredit: "beyond_credit"
    case .gap: "gap"
    case .overflow: "overflow"
    case .unreadable: "unreadable"
    }
  }
}
