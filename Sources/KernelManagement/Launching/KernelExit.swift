/// How a kernel's process ended.
public enum KernelExit: Sendable, Equatable {
  /// It ended by itself with this exit status, 0–255. 127: the launcher could not find the program;
  /// 126: the program cannot be executed. The last line of standard error then says why.
  case exited(Int32)

  /// A signal ended it, such as 9, "SIGKILL".
  case signalled(number: Int32, name: String)

  /// The end by `signal`.
  public static func signalled(_ signal: Signal) -> KernelExit {
    .signalled(number: signal.rawValue, name: signal.name)
  }

  /// Whether it ended as a program does that has nothing to complain of.
  public var isSuccess: Bool { self == .exited(0) }
}

extension KernelExit: CustomStringConvertible {
  public var description: String {
    switch self {
    case .exited(let status): "exit status \(status)"
    case .signalled(_, let name): name
    }
  }
}
