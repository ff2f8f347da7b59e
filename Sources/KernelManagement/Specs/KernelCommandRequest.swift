/// What a kernelspec's command depends on.
public struct KernelCommandRequest: Sendable, Equatable {
  /// What `{connection_file}` becomes.
  public var connectionFile: String

  /// The plugin's own folder, absolute, from which its relative paths are seen.
  public var pluginFolder: String

  /// The `environment` of the plugin's manifest.
  public var choices: [String: String]

  /// The orchestrator's own environment.
  public var inherited: [String: String]

  /// What the host wants otherwise than the kernelspec says.
  public var override: LaunchOverride

  public init(
    connectionFile: String = KernelLaunch.connectionFilePath, pluginFolder: String,
    choices: [String: String] = [:], inherited: [String: String],
    override: LaunchOverride = LaunchOverride()
  ) {
    self.connectionFile = connectionFile
    self.pluginFolder = pluginFolder
    self.choices = choices
    self.inherited = inherited
    self.override = override
  }
}
