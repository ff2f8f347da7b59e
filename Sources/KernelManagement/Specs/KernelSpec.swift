/// How to launch a kernel: a `kernel.json` in Jupyter's own format (jupyter_client, "Kernel
/// specs").
public struct KernelSpec: Sendable, Equatable {
  /// The name of the folder that holds `kernel.json`.
  public let name: String

  /// That folder, absolute: `{resource_dir}`.
  public let folder: String

  /// The command, `argv` of the file: never empty, placeholders not yet replaced.
  public let arguments: [String]

  public let displayName: String
  public let language: String
  public let interruptMode: InterruptMode

  /// Variables to set, which may refer to inherited ones as `${NAME}`.
  public let environment: [String: String]

  /// What `metadata.parley` says, or `nil` for a foreign Jupyter kernel.
  public let shim: ShimDescription?

  /// How a running frame is interrupted.
  public enum InterruptMode: String, Sendable, Codable {
    /// SIGINT to the process group.
    case signal
    /// A message on the control channel.
    case message
  }

  public init(
    name: String, folder: String, arguments: [String], displayName: String, language: String,
    interruptMode: InterruptMode = .signal, environment: [String: String] = [:],
    shim: ShimDescription? = nil
  ) {
    self.name = name
    self.folder = folder
    self.arguments = arguments
    self.displayName = displayName
    self.language = language
    self.interruptMode = interruptMode
    self.environment = environment
    self.shim = shim
  }
}
