public import KernelProtocol

/// What the broker wants done; it does nothing itself.
public enum BrokerEffect: Sendable {
  /// Sign with the connection's key and send.
  case send(ConnectionID, Envelope)
  /// Sign with the topic's key and publish.
  case publish(topic: String, key: String, Envelope)
  /// Admit the subscription that the events socket has just read.
  case admit(topic: String)
  /// Raise the interrupt signal in a kernel that does not end a cancelled handler.
  case interrupt(ConnectionID)
  /// End a kernel that cannot be used.
  case end(ConnectionID)
  /// Tell whoever watches.
  case report(BrokerReport)
}
