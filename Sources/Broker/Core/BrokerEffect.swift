public import KernelProtocol

/// What the broker wants done; it does nothing itself.
public enum BrokerEffect: Sendable {
  /// Sign with the connection's key and send.
  case send(ConnectionID, Envelope)
  /// Sign with the topic's key and publish.
  case publish(topic: String, key: String, Envelope)
  /// Admit the subscription that the events socket has just read.
  case admit(topic: String)
  /// Write a durable event to the disk, and say ``BrokerInput/stored(_:_:)``.
  case store(Occurrence)
  /// Keep durable events for a plugin's pattern from now on, whether it runs or not.
  case keep(plugin: String, pattern: String)
  /// Keep none any more.
  case forget(plugin: String, pattern: String)
  /// How the delivery that ``BrokerInput/deliver(_:to:pattern:attempt:)`` asked for ended.
  case attempted(plugin: String, pattern: String, Occurrence, DeliveryResult)
  /// Raise the interrupt signal in a kernel that does not end a cancelled handler.
  case interrupt(ConnectionID)
  /// Launch a plugin's kernel again, under the same connection.
  case launch(String)
  /// End a kernel that cannot be used.
  case end(ConnectionID)
  /// Do something on the storage, in the order of the tasks, and tell of it by ``BrokerInput/storageDone(_:_:)``.
  case storage(StorageTask)
  /// Tell whoever watches.
  case report(BrokerReport)
}
