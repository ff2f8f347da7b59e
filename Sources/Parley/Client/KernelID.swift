import Broker

/// A kernel that was started for its own sake, not to host a plugin.
public struct KernelID: Hashable, Sendable {
  let connection: ConnectionID

  /// The number by which messages name it.
  var text: String { String(connection.number) }
}
