public import KernelProtocol

/// What can happen to the broker.
public enum BrokerInput: Sendable {
  /// A plugin is known: its events and methods are declared from now on, its requests wait until it has started.
  ///
  /// The connection is the one under which its kernel will come.
  case declare(PluginManifest, folder: String, connection: ConnectionID)
  /// A kernel was launched, or a client came.
  case connect(ConnectionID, ConnectionRole)
  /// A verified message came in.
  case receive(ConnectionID, Envelope)
  /// A peer has ended.
  case disconnect(ConnectionID, ConnectionEnd)
  /// The events socket has read a subscription from a kernel.
  case subscription(topic: String)
  /// A plugin cannot be launched.
  case abandonPlugin(String, OutcomeError)
  /// Ask all kernels to end, after their `on_stop` handlers.
  case shutDown
  /// Time has passed; deadlines are looked at after every input anyway.
  case tick
}
