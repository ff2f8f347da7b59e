/// What whoever runs the kernels wants otherwise than the kernelspec says.
public struct LaunchOverride: Sendable, Equatable {
  /// Takes the place of `argv[0]`; nil leaves it. A plugin's own choice of interpreter goes before it.
  public var interpreter: String?

  /// Variables besides the inherited ones, or instead of them.
  public var environment: [String: String]

  public init(interpreter: String? = nil, environment: [String: String] = [:]) {
    self.interpreter = interpreter
    self.environment = environment
  }
}
