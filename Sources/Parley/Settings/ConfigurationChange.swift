/// What follows from reading the host's configuration again.
public struct ConfigurationChange: Sendable, CustomStringConvertible {
  /// The plugins whose new settings, or whose kernel's new interpreter or environment, count once they are started again.
  public var restart: [String]
  /// What has no effect because there is no such plugin.
  public var problems: [PluginProblem]

  public init(restart: [String] = [], problems: [PluginProblem] = []) {
    self.restart = restart
    self.problems = problems
  }

  public var description: String {
    let words = "the host's configuration was read again and is in force"
    guard !restart.isEmpty else { return words }
    let commands = restart.map { "`parley restart \($0)`" }.joined(separator: ", ")
    return "\(words), but for what plugins are given when they start: \(commands)"
  }
}
