/// How a kernel's process ended.
public enum KernelExit: Sendable, Equatable {
  case exited(code: Int)
  /// By name: `SIGKILL`.
  case signalled(String)
  /// It went without a status that could be read.
  case unknown
}

extension KernelExit: CustomStringConvertible {
  /// Completes "the kernel …".
  public var description: String {
    switch self {
    case .exited(let code): "exited with status \(code)"
    case .signalled(let name): "was ended by \(name)"
    case .unknown: "ended"
    }
  }
}
