import Broker
import Foundation
import KernelManagement
import KernelProtocol

/// The host's configuration as it was read, with the secrets, and with the place of everything in it.
struct HostFile {
  private(set) var configuration = HostConfiguration()
  /// By their names.
  private(set) var secrets: [String: Secret] = [:]
  /// nil when there is no file.
  private var source: (file: ManifestFile, map: JSONSourceMap)?

  /// The name of the file.
  private static let fileName = "parley.json"

  /// Nothing is said.
  init() {}

  /// Reads a file, or the one beside a folder of plugins; without that nothing is said.
  ///
  /// - Parameter chosen: a file that must be there; nil for the one beside the plugins.
  /// - Throws: the first problem, with its place in the file.
  init(
    _ chosen: String?, besidePlugins folder: String, environment: [String: String]
  ) throws(PluginProblem) {
    let file = Self.file(chosen, besidePlugins: folder)
    guard chosen != nil || FileManager.default.fileExists(atPath: file.path) else { return }
    let (value, map) = try file.parse()
    do throws(ManifestProblem) {
      configuration = try HostConfiguration(reading: value)
    } catch {
      throw file.problem(error, map, name: nil)
    }
    source = (file, map)
    secrets = configuration.secrets.mapValues {
      Secret($0, folder: file.folder, environment: environment)
    }
  }

  /// The settings of a plugin, checked and completed.
  ///
  /// - Throws: what is wrong with them, at its place in the file.
  func settings(for plugin: PluginFolder.Accepted) throws(PluginProblem) -> JSONObject {
    try settings(for: plugin.manifest) { plugin.problem($0, at: JSONPointer(["settings"])) }
  }

  /// The same, of a manifest.
  ///
  /// - Parameter absent: makes a problem of a message, at the place in the manifest that wants settings; used when there is no file.
  func settings(
    for manifest: PluginManifest, absent: (_ message: String) -> PluginProblem
  ) throws(PluginProblem) -> JSONObject {
    var reader = SettingsReader(manifest, secrets: secrets)
    do throws(ManifestProblem) {
      return try reader.read(configuration.settings[manifest.name])
    } catch {
      guard let source else {
        throw absent(
          "\(error.message); give its settings in a \(Self.fileName) beside the plugins' folder")
      }
      throw source.file.problem(error, source.map, name: manifest.name)
    }
  }

  /// What is given to plugins that are not there: it would have no effect.
  func strangers(among names: Set<String>) -> [PluginProblem] {
    guard let source else { return [] }
    let given: [(keys: [String], place: (String) -> JSONPointer)] = [
      (Array(configuration.settings.keys), HostConfiguration.settingsPlace(of:)),
      (Array(configuration.grants.keys), { JSONPointer(["grants", $0]) }),
      (Array(configuration.denials.keys), { JSONPointer(["denials", $0]) }),
    ]
    return given.flatMap { keys, place in
      keys.filter { !names.contains($0) }.sorted().map { name in
        let nearest = NearestNames.best(name, among: names).map { "; did you mean \"\($0)\"?" }
        let message = "there is no plugin \(name)\(nearest ?? "")"
        return source.file.problem(
          ManifestProblem(place(name), message), source.map, name: name)
      }
    }
  }

  private static func file(_ chosen: String?, besidePlugins folder: String) -> ManifestFile {
    guard let chosen else {
      let parent = URL(fileURLWithPath: folder).deletingLastPathComponent().path
      return ManifestFile(folder: parent, name: fileName)
    }
    let file = URL(fileURLWithPath: Path.absolute(chosen))
    return ManifestFile(
      folder: file.deletingLastPathComponent().path, name: file.lastPathComponent)
  }
}
