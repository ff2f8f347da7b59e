internal import CZeroMQ
internal import Synchronization

/// A libzmq context: the I/O threads and the limits that its sockets share.
///
/// Usually one a process. It may be used from any thread (libzmq promises as much for contexts,
/// though not for sockets), and ends when it and all of its sockets are gone.
public final class Context: Sendable {
  /// The address of libzmq's context, or nil once terminated. It is a number because a pointer is
  /// not `Sendable`; what it points to is thread-safe.
  private let address: Mutex<UInt?>

  /// Starts a context.
  ///
  /// Sockets made in it drop unsent messages when closed, unless their `linger` says otherwise
  /// (`ZMQ_BLOCKY` off): a peer that is gone must not keep the process from ending.
  ///
  /// - Parameters:
  ///   - ioThreads: Threads that move bytes, 1 or more. libzmq advises one per gigabyte a second.
  ///   - maxSockets: The most sockets that may be open at a time in this process, 1 to 65,535.
  ///     Peers of a bound socket do not count here, but against the system's limit of open files.
  /// - Throws: `tooManyOpen` or `invalidArgument`.
  public init(ioThreads: Int32 = 1, maxSockets: Int32 = 1_023) throws(ZeroMQError) {
    guard let context = zmq_ctx_new() else {
      throw ZeroMQError(errorNumber: zmq_errno(), operation: .createContext)
    }
    address = Mutex(UInt(bitPattern: context))
    try set(ZMQ_IO_THREADS, to: ioThreads, name: "I/O threads = \(ioThreads)")
    try set(ZMQ_MAX_SOCKETS, to: maxSockets, name: "sockets = \(maxSockets)")
    try set(ZMQ_BLOCKY, to: 0, name: "unsent messages are dropped")
  }

  deinit { terminate() }

  /// Makes every socket of the context fail with `terminated` from now on, and returns at once.
  ///
  /// A ``ZeroMQLoop`` closes the sockets registered with it when that happens.
  public func shutdown() {
    withPointer { _ = $0.map(zmq_ctx_shutdown) }
  }

  /// Ends the context: shuts down, and waits until each of its sockets is closed.
  ///
  /// Do not call it on the thread that has yet to close one. A second call does nothing.
  public func terminate() {
    let taken = address.withLock { address in
      defer { address = nil }
      return address
    }
    guard let context = taken.flatMap(UnsafeMutableRawPointer.init(bitPattern:)) else { return }
    _ = Gate.call { zmq_ctx_term(context) }
  }

  /// Makes a socket of libzmq's, which the caller must close.
  func makeSocket(_ kind: Socket.Kind) throws(ZeroMQError) -> UnsafeMutableRawPointer {
    let (made, errorNumber) = withPointer { context -> (UInt, Int32) in
      guard let context else { return (0, ETERM) }
      let socket = zmq_socket(context, kind.rawValue)
      return (UInt(bitPattern: socket), zmq_errno())
    }
    guard let socket = UnsafeMutableRawPointer(bitPattern: made) else {
      throw ZeroMQError(
        errorNumber: errorNumber, operation: .createSocket, subject: String(describing: kind))
    }
    return socket
  }

  private func set(_ option: Int32, to value: Int32, name: String) throws(ZeroMQError) {
    let result = withPointer { context in Gate.call { zmq_ctx_set(context, option, value) } }
    guard result >= 0 else {
      throw ZeroMQError(errorNumber: -result, operation: .configureContext, subject: name)
    }
  }

  /// Calls `body` with libzmq's context, which another thread cannot end meanwhile, or nil.
  private func withPointer<Result: Sendable>(
    _ body: (UnsafeMutableRawPointer?) -> Result
  ) -> Result {
    address.withLock { body($0.flatMap(UnsafeMutableRawPointer.init(bitPattern:))) }
  }
}
