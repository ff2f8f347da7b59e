import KernelManagement

/// Where the orchestrator's sockets are bound.
struct Endpoints: Sendable {
  /// The path of the socket for kernels.
  let requestsPath: String
  let events: String
  /// The path of the socket for commands.
  let controlPath: String

  var requests: String { "ipc://" + requestsPath }

  /// In a runtime folder.
  init(in folder: RuntimeFolder) throws(KernelManagementError) {
    requestsPath = try folder.socketPath("requests")
    events = "ipc://" + (try folder.socketPath("events"))
    controlPath = try folder.socketPath("control")
  }
}
