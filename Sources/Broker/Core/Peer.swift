import KernelProtocol

/// Who a connection is: what never changes of it, made once and shared by whoever handles its messages.
final class Peer: Sendable {
  let id: ConnectionID
  /// The plugin that it hosts.
  let plugin: String?
  /// Whether it may do everything.
  let isClient: Bool
  /// The language of the kernel, or of the application; empty for a command.
  let language: String
  /// How it is named to those whom it calls, and in traces.
  let principal: String

  init(id: ConnectionID, role: ConnectionRole) {
    self.id = id
    switch role {
    case .kernel(let name, let language, let plugin):
      self.plugin = plugin
      isClient = false
      self.language = language
      principal = plugin ?? name
    case .application(let name):
      plugin = nil
      isClient = true
      language = "swift"
      principal = name
    case .client(let principal):
      plugin = nil
      isClient = true
      language = ""
      self.principal = principal
    }
  }
}
