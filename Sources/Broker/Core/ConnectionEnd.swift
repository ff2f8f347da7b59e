/// How a peer ended.
public struct ConnectionEnd: Equatable, Sendable {
  /// The exit code, when it exited.
  public var exitCode: Int?
  /// The signal's name, such as `SIGKILL`, when one ended it.
  public var signal: String?
  /// The last lines that it wrote to standard error.
  public var standardError: [String]

  /// An end with what is known of it.
  public init(exitCode: Int? = nil, signal: String? = nil, standardError: [String] = []) {
    self.exitCode = exitCode
    self.signal = signal
    self.standardError = standardError
  }
}
