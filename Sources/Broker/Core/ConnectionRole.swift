/// What a peer is.
public enum ConnectionRole: Equatable, Sendable {
  /// A kernel; with the plugin it hosts, if any.
  case kernel(name: String, language: String, plugin: String?)
  /// Someone at the command line or in the host application: may call, emit and read everything.
  case client(principal: String)
}
