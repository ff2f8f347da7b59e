/// What to run for a plugin, with every placeholder replaced and every rule applied.
public struct KernelCommand: Sendable, Equatable {
  public var arguments: [String]

  /// The whole environment.
  public var environment: [String: String]

  public init(arguments: [String], environment: [String: String]) {
    self.arguments = arguments
    self.environment = environment
  }
}
