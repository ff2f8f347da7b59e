/// What a peer is.
public enum ConnectionRole: Equatable, Sendable {
  /// A kernel; with the plugin it hosts, if any.
  case kernel(name: String, language: String, plugin: String?)
  /// The application that the orchestrator is part of: may call, emit and read everything, and provide methods.
  case application(name: String)
  /// Someone at the command line: may call, emit and read everything.
  case client(principal: String)
}
