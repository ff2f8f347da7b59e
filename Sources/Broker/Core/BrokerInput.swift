public import KernelProtocol

/// What can happen to the broker.
public enum BrokerInput: Sendable {
  /// A plugin is known: its events and methods are declared from now on, its requests wait until it has started.
  ///
  /// The connection is the one under which its kernel will come.
  case declare(PluginManifest, folder: String, connection: ConnectionID)
  /// A plugin is known whose process Parley does not start: it may come under that connection, and the plugin goes with it.
  case attach(PluginManifest, folder: String, connection: ConnectionID)
  /// The host grants and denies its plugins permissions; what it granted before and does not now is revoked. The settings, with
  /// secrets in their places, are for the plugins that are loaded from now on.
  case configure(HostConfiguration, settings: [String: JSONObject] = [:])
  /// A kernel was launched, or a client came.
  case connect(ConnectionID, ConnectionRole)
  /// A verified message came in.
  case receive(ConnectionID, Envelope)
  /// A peer has ended.
  case disconnect(ConnectionID, ConnectionEnd)
  /// The application provides a method.
  case provide(ConnectionID, method: String, PluginManifest.Method)
  /// The application takes a method back.
  case withdraw(ConnectionID, method: String)
  /// The application owns an event.
  case own(ConnectionID, event: String, PluginManifest.Event)
  /// The events socket has read a subscription from a kernel.
  case subscription(topic: String)
  /// An operation on the storage has ended: the task's number, and the result.
  case storageDone(UInt64, StorageResult)
  /// A plugin cannot be launched.
  case abandonPlugin(String, OutcomeError)
  /// A durable event is on the disk, or was there before, or could not be written.
  case stored(Occurrence, Result<StoredEvent, OutcomeError>)
  /// A durable event is to be delivered to one of a plugin's patterns.
  case deliver(Occurrence, to: String, pattern: String, attempt: Int)
  /// A durable event is settled for a plugin for good: it was handled, or was given up with that error.
  case settled(Occurrence, String, OutcomeError?)
  /// A dead letter of a queued event is delivered again, or dropped.
  case deadLetter(UInt64, retries: Bool)
  /// Start a plugin's kernel again; one that runs is ended first.
  case restart(String)
  /// Ask all kernels to end, after their `on_stop` handlers.
  case shutDown
  /// Time has passed; deadlines are looked at after every input anyway.
  case tick
}
