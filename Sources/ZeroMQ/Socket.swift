internal import CZeroMQ

/// One ZeroMQ socket. Nothing it does blocks, save ``wait(for:timeout:)``.
///
/// A socket belongs to one thread at a time, and so is not `Sendable`: make it and use it inside
/// the actor that owns it. An actor's `deinit` may run on any thread, therefore ``close()`` a socket
/// explicitly where it is registered with a ``ZeroMQLoop`` (the loop keeps it alive until then).
public final class Socket {
  /// The messaging pattern it takes part in.
  public let kind: Kind

  /// libzmq's socket; nil once closed, which libzmq itself answers with `ENOTSOCK`.
  private(set) var handle: UnsafeMutableRawPointer?

  /// Set while a loop watches the socket.
  var watch: SocketWatch?

  /// Keeps the context from ending before its sockets.
  private let context: Context

  /// Makes a socket that is bound and connected to nothing yet.
  ///
  /// - Throws: `tooManyOpen`, or `terminated` if the context has ended.
  public init(context: Context, kind: Kind) throws(ZeroMQError) {
    self.kind = kind
    self.context = context
    handle = try context.makeSocket(kind)
  }

  deinit { close() }

  /// Whether ``close()`` was called.
  public var isClosed: Bool { handle == nil }

  /// Closes the socket and ends its registration with a loop. A second call does nothing.
  ///
  /// Messages not yet sent are kept for as long as its `linger` says, and then dropped.
  public func close() {
    watch?.end()
    guard let handle else { return }
    self.handle = nil
    zmq_close(handle)
  }

  /// Accepts connections at `endpoint`, such as `ipc://` and a path of up to 107 bytes, or
  /// `tcp://127.0.0.1:*`; ``lastEndpoint`` then tells which port was taken.
  ///
  /// - Throws: `addressInUse`, `addressUnavailable`, `invalidArgument`, `permissionDenied`.
  public func bind(_ endpoint: String) throws(ZeroMQError) {
    defer { watch?.touch() }
    try Gate.check(.bind, endpoint) { zmq_bind(handle, endpoint) }
  }

  /// Stops accepting connections at `endpoint`, spelt as ``lastEndpoint`` had it. Connections
  /// that were made stay.
  public func unbind(_ endpoint: String) throws(ZeroMQError) {
    defer { watch?.touch() }
    try Gate.check(.unbind, endpoint) { zmq_unbind(handle, endpoint) }
  }

  /// Connects to `endpoint` in the background, and again whenever the connection is lost.
  ///
  /// - Throws: `invalidArgument`, `unsupported`. That nobody listens there is not an error.
  public func connect(_ endpoint: String) throws(ZeroMQError) {
    defer { watch?.touch() }
    try Gate.check(.connect, endpoint) { zmq_connect(handle, endpoint) }
  }

  /// Undoes one ``connect(_:)``.
  public func disconnect(_ endpoint: String) throws(ZeroMQError) {
    defer { watch?.touch() }
    try Gate.check(.disconnect, endpoint) { zmq_disconnect(handle, endpoint) }
  }
}
