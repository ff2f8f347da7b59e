import Foundation
import KernelProtocol

/// The plugins of a case in the languages of a round, as folders that an orchestrator can start.
struct PluginCast: Sendable {
  /// Holds the plugins' folders; private to this cast.
  let folder: String
  let plugins: [PluginEntry]
  /// What texts of the tables may refer to: `a`, `a.file`, `a.folder`, `a.kernel`, `a.language`.
  let substitution: Substitution

  /// Writes the folders below the system's temporary folder.
  init(
    _ plugins: [PluginEntry], round: Round, suite: ConformanceSuite
  ) throws {
    let files = FileManager.default
    var random = SystemRandomNumberGenerator()
    let name = "parley-conformance-" + String(random.next() & 0xFFFF_FFFF, radix: 16)
    folder = files.temporaryDirectory.resolvingSymlinksInPath().appendingPathComponent(name).path
    self.plugins = plugins
    try files.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    var variables: [String: JSONValue] = [:]
    for plugin in plugins {
      let kernel = round.kernel(of: plugin.slot)
      let main = try Self.write(plugin, kernel, in: "\(folder)/plugins/\(plugin.name)", suite)
      variables["\(plugin.name).folder"] = .string("\(folder)/plugins/\(plugin.name)")
      variables["\(plugin.name).file"] = .string("\(folder)/plugins/\(plugin.name)/\(main)")
      variables["\(plugin.name).kernel"] = .string(kernel)
      variables["\(plugin.name).language"] = .string(suite.language(of: kernel))
    }
    substitution = Substitution(variables)
    try writeSettings()
  }

  /// What settings of the tables may refer to by `{"$secret": "conformance"}`.
  static let secret = "the secret of the suite"

  /// Writes the host's configuration, if there is anything to say in it.
  private func writeSettings() throws {
    let settings = plugins.compactMap { plugin in plugin.settings.map { (plugin.name, $0) } }
    guard !settings.isEmpty else { return }
    let configuration: JSONValue = [
      "tenants": ["default": ["settings": .object(JSONObject(settings))]],
      "secrets": ["conformance": ["file": "secret.txt"]],
    ]
    for (file, text) in [("parley.json", configuration.description), ("secret.txt", Self.secret)] {
      try text.write(toFile: "\(folder)/\(file)", atomically: false, encoding: .utf8)
    }
  }

  /// Removes the folders.
  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  private static func write(
    _ plugin: PluginEntry, _ kernel: String, in folder: String, _ suite: ConformanceSuite
  ) throws -> String {
    guard let snippets = suite.snippets[kernel], let role = suite.tables.roles[plugin.role] else {
      throw TableError(place: kernel, message: "there are no snippets for the kernel")
    }
    let source = try snippets.source(of: plugin.role, for: plugin.name)
    let main = plugin.role + snippets.ending
    let manifest = role.manifest(of: plugin, kernel: kernel, main: main)
    let files = FileManager.default
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try source.write(toFile: "\(folder)/\(main)", atomically: false, encoding: .utf8)
    try manifest.description.write(
      toFile: folder + "/plugin.json", atomically: false, encoding: .utf8)
    return main
  }
}
