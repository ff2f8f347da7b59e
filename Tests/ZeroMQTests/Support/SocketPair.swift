import ZeroMQ

/// Two sockets of one context, the first bound over ipc and the second connected to it.
struct SocketPair {
  let context: Context
  let bound: Socket
  let connected: Socket
  let endpoint: String
  private let folder: TemporaryFolder

  /// - Parameter configure: Sets the sockets' options before they are bound and connected.
  init(
    _ bound: Socket.Kind, _ connected: Socket.Kind,
    configure: (_ bound: Socket, _ connected: Socket) throws -> Void = { _, _ in }
  ) throws {
    folder = try TemporaryFolder()
    context = try Context()
    endpoint = folder.endpoint()
    self.bound = try Socket(context: context, kind: bound)
    self.connected = try Socket(context: context, kind: connected)
    try configure(self.bound, self.connected)
    try self.bound.bind(endpoint)
    try self.connected.connect(endpoint)
  }
}
