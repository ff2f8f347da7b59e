/// How an attempt to send a message without blocking ended.
public enum SendOutcome: Hashable, Sendable {
  /// libzmq has taken the whole message.
  case sent

  /// No room now (the peer's high-water mark), or no peer yet. Nothing was sent.
  case wouldBlock

  /// Nobody to send it to: a ROUTER with `routerMandatory` knows no peer of that routing id, or
  /// the peer went away while the message was being written. Nothing of it arrives.
  case hostUnreachable
}
