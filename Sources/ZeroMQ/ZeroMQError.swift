internal import CZeroMQ

/// The failure of one call into libzmq or into the system's event calls.
///
/// Not errors, and therefore never thrown: that nothing is there to receive, and that a message
/// cannot be sent now (see ``SendOutcome``).
public struct ZeroMQError: Error, Hashable, Sendable {
  /// What went wrong, as far as a program can do something about it.
  public let code: Code

  /// What was being done.
  public let operation: Operation

  /// What it was being done to, if that helps: an endpoint, an option, a file descriptor.
  public let subject: String?

  /// The cause: `errno` as libzmq or the system set it.
  public let errorNumber: Int32

  /// Describes the failure of `operation` on `subject` by the `errno` it left.
  public init(errorNumber: Int32, operation: Operation, subject: String? = nil) {
    self.code = Code(errorNumber: errorNumber)
    self.operation = operation
    self.subject = subject
    self.errorNumber = errorNumber
  }

  /// The cause in the library's own words, such as "Address already in use".
  public var reason: String { String(cString: zmq_strerror(errorNumber)) }
}

extension ZeroMQError: CustomStringConvertible {
  /// One or two sentences: what failed and why, and what to do where that is known.
  public var description: String {
    let what = subject.map { "\(operation.rawValue) \($0)" } ?? operation.rawValue
    return "Could not \(what): \(reason)." + (code.advice.map { " " + $0 } ?? "")
  }
}
