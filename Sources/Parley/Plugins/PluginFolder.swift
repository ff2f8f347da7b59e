import Broker
import Foundation
import KernelManagement
import KernelProtocol

/// Reads the manifests of a folder of plugins and checks them against the files, the kernels and each other.
struct PluginFolder {
  /// A plugin that can be started.
  struct Accepted {
    let manifest: PluginManifest
    let spec: KernelSpec
    /// Absolute.
    let folder: String
    fileprivate let sourceMap: JSONSourceMap

    /// A problem at a place of its manifest.
    func problem(_ message: String, at pointer: JSONPointer) -> PluginProblem {
      ManifestFile(folder: folder)
        .problem(ManifestProblem(pointer, message), sourceMap, name: manifest.name)
    }
  }

  /// Absolute.
  let path: String
  private(set) var plugins: [Accepted] = []
  private(set) var problems: [PluginProblem] = []
  private var set = ManifestSet()

  /// A folder that holds plugins' folders, or is itself a plugin.
  init(path: String) { self.path = URL(fileURLWithPath: path).standardizedFileURL.path }

  /// Reads all plugins.
  ///
  /// - Parameter application: what the application itself provides, which no plugin can take.
  /// - Throws: ``PluginFolderError`` when there is no such folder or no plugin in it.
  mutating func read(
    kernels: KernelSpecCatalog, besides application: PluginManifest? = nil
  ) throws(PluginFolderError) {
    if let application { try? set.add(application) }
    for folder in try pluginFolders() {
      do throws(PluginProblem) {
        plugins.append(try Self.read(folder, kernels: kernels, set: &set))
      } catch {
        problems.append(error)
      }
    }
    refuseUnsatisfied()
  }

  /// Leaves a plugin out that cannot run for another reason, and those that require it.
  mutating func refuse(_ plugin: Accepted, because problem: PluginProblem) {
    plugins.removeAll { $0.manifest.name == plugin.manifest.name }
    problems.append(problem)
    refuseUnsatisfied(
      besides: [plugin.manifest.name: ManifestProblem(JSONPointer(), problem.message)])
  }

  func pluginFolders() throws(PluginFolderError) -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else { throw .missing(path) }
    if Self.hasManifest(path) { return [path] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let folders = names.sorted().map { "\(path)/\($0)" }.filter(Self.hasManifest)
    guard !folders.isEmpty else { throw .empty(path) }
    return folders
  }

  private static func hasManifest(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: folder + "/plugin.json")
  }

  private static func read(
    _ folder: String, kernels: KernelSpecCatalog, set: inout ManifestSet
  ) throws(PluginProblem) -> Accepted {
    let file = ManifestFile(folder: folder)
    let (value, map) = try file.parse()
    let manifest: PluginManifest
    do throws(ManifestProblem) {
      manifest = try PluginManifest(reading: value)
    } catch {
      throw file.problem(error, map, name: value["name"]?.stringValue)
    }
    let spec = try file.kernel(of: manifest, in: kernels, map)
    try file.checkMain(of: manifest, map)
    do throws(ManifestProblem) {
      try set.add(manifest)
    } catch {
      throw file.problem(error, map, name: manifest.name)
    }
    return Accepted(manifest: manifest, spec: spec, folder: folder, sourceMap: map)
  }

  private mutating func refuseUnsatisfied(besides refused: [String: ManifestProblem] = [:]) {
    for (name, problem) in set.problems(besides: refused).sorted(by: { $0.key < $1.key }) {
      guard let index = plugins.firstIndex(where: { $0.manifest.name == name }) else { continue }
      let plugin = plugins.remove(at: index)
      problems.append(plugin.problem(problem.message, at: problem.pointer))
    }
  }
}
