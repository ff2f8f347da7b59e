internal import CZeroMQ

extension ZeroMQError {
  /// The kinds of failure a program may want to tell apart.
  public enum Code: Sendable {
    /// `ETERM`: the context is shutting down; close the socket and stop.
    case terminated
    /// `ENOTSOCK`: the socket was closed before.
    case closed
    /// `EADDRINUSE`: somebody else is bound to the endpoint.
    case addressInUse
    /// The endpoint has no such address, folder or device here.
    case addressUnavailable
    /// The endpoint, option or value is malformed or out of range, or does not fit the socket.
    case invalidArgument
    /// The transport or option is not in this build of libzmq, or not of this kind of socket.
    case unsupported
    /// The endpoint's path or port may not be used by this process.
    case permissionDenied
    /// No more descriptors or sockets, by the system's limit or the context's.
    case tooManyOpen
    /// The operation does not fit the state of the socket or the loop: it was stopped, or watches
    /// the same already.
    case wrongState
    /// Any other; see ``ZeroMQError/errorNumber``.
    case other

    init(errorNumber: Int32) {
      self = Self.byErrorNumber[errorNumber] ?? .other
    }

    /// What the reader of the error can do, where there is one thing to do.
    var advice: String? {
      switch self {
      case .addressInUse: "Another process is bound there; end it, or choose another endpoint."
      case .addressUnavailable: "Check that the folder or the interface it names exists."
      case .invalidArgument: "Check how the endpoint is spelt, and the range of the value."
      case .permissionDenied: "Choose an endpoint that this user may write to."
      case .tooManyOpen: "Raise the limit of open files, or the context's number of sockets."
      case .closed: "It was closed before; make a new one."
      case .terminated, .unsupported, .wrongState, .other: nil
      }
    }

    private static let byErrorNumber: [Int32: Code] = [
      ETERM: .terminated,
      ENOTSOCK: .closed,
      EADDRINUSE: .addressInUse,
      EADDRNOTAVAIL: .addressUnavailable,
      ENODEV: .addressUnavailable,
      ENOENT: .addressUnavailable,
      EINVAL: .invalidArgument,
      ENAMETOOLONG: .invalidArgument,
      EPROTONOSUPPORT: .unsupported,
      ENOCOMPATPROTO: .unsupported,
      ENOTSUP: .unsupported,
      EACCES: .permissionDenied,
      EPERM: .permissionDenied,
      EMFILE: .tooManyOpen,
      ENFILE: .tooManyOpen,
      EFSM: .wrongState,
      EEXIST: .wrongState,
      ECANCELED: .wrongState,
    ]
  }
}
