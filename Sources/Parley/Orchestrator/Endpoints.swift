import KernelManagement

/// Where the orchestrator's sockets are bound.
struct Endpoints: Sendable {
  let requests: String
  let events: String
  /// The path of the socket for commands.
  let controlPath: String

  var control: String { "ipc://" + controlPath }

  /// In a runtime folder.
  init(in folder: RuntimeFolder) throws(KernelManagementError) {
    requests = "ipc://" + (try folder.socketPath("requests"))
    events = "ipc://" + (try folder.socketPath("events"))
    controlPath = try folder.socketPath("control")
  }
}
