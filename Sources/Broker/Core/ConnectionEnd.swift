public import KernelProtocol

/// How a peer ended.
public struct ConnectionEnd: Equatable, Sendable {
  /// By itself or by a signal.
  public var exit: KernelExit
  /// The last lines that it wrote to standard error.
  public var standardError: [String]
  /// What whoever waits is told when it was not its process that ended it.
  public var reason: OutcomeError?

  /// An end with what is known of it.
  public init(exit: KernelExit, standardError: [String] = [], reason: OutcomeError? = nil) {
    self.exit = exit
    self.standardError = standardError
    self.reason = reason
  }
}
