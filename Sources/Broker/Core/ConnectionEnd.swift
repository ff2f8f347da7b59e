public import KernelProtocol

/// How a peer ended.
public struct ConnectionEnd: Equatable, Sendable {
  /// By itself or by a signal.
  public var exit: KernelExit
  /// The last lines that it wrote to standard error.
  public var standardError: [String]

  /// An end with what is known of it.
  public init(exit: KernelExit, standardError: [String] = []) {
    self.exit = exit
    self.standardError = standardError
  }
}
