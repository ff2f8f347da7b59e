import Broker
import Foundation
import KernelManagement
import KernelProtocol

/// One `plugin.json`, or the host's `parley.json`, and the problems in it.
struct ManifestFile {
  let folder: String
  var name = "plugin.json"

  var path: String { folder + "/" + name }

  private var folderName: String { folder.split(separator: "/").last.map(String.init) ?? folder }

  /// Reads it as JSON, with the place of everything.
  func parse() throws(PluginProblem) -> (JSONValue, JSONSourceMap) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw problem("the file cannot be read: check its permissions")
    }
    return try parse([UInt8](data))
  }

  /// Reads what it holds.
  func parse(_ bytes: [UInt8]) throws(PluginProblem) -> (JSONValue, JSONSourceMap) {
    do throws(JSONError) {
      let parser = JSONParser(duplicateKeys: .refused)
      let (value, map) = try parser.parseWithSourceMap(bytes)
      return (value, map)
    } catch {
      throw problem("this is not JSON: \(error.reason)", at: error.position)
    }
  }

  /// A problem at a place of the manifest.
  func problem(
    _ problem: ManifestProblem, _ map: JSONSourceMap, name: String?
  ) -> PluginProblem {
    self.problem(problem.message, at: map.bestPosition(for: problem.pointer), name: name)
  }

  /// The kernel that the manifest names; it must be one that hosts plugins.
  func kernel(
    of manifest: PluginManifest, in kernels: KernelSpecCatalog, _ map: JSONSourceMap
  ) throws(PluginProblem) -> KernelSpec {
    let place = JSONPointer(["kernel"])
    do throws(KernelManagementError) {
      let spec = try kernels.spec(named: manifest.kernel)
      guard spec.shim != nil else {
        let message = "the kernel \(spec.name) is a foreign Jupyter kernel and cannot host plugins"
        throw KernelManagementError(
          .unknownKernel, operation: "use the kernel", cause: message, advice: "Choose a shim.")
      }
      return spec
    } catch {
      let known = kernels.specs.filter { $0.shim != nil }.map(\.name)
      let message =
        NearestNames.best(manifest.kernel, among: known).map { "did you mean \"\($0)\"?" }
        ?? "there are: \(known.joined(separator: ", "))"
      throw problem(
        ManifestProblem(place, "\(error.cause); \(message)"), map, name: manifest.name)
    }
  }

  /// The file to load must be there.
  func checkMain(of manifest: PluginManifest, _ map: JSONSourceMap) throws(PluginProblem) {
    let files = FileManager.default
    guard !files.fileExists(atPath: folder + "/" + manifest.main) else { return }
    let names = (try? files.contentsOfDirectory(atPath: folder)) ?? []
    let hint = NearestNames.best(manifest.main, among: names).map { "; did you mean \"\($0)\"?" }
    let message = "there is no file \(manifest.main) in \(folder)\(hint ?? "")"
    throw problem(ManifestProblem(JSONPointer(["main"]), message), map, name: manifest.name)
  }

  private func problem(
    _ message: String, at position: JSONPosition? = nil, name: String? = nil
  ) -> PluginProblem {
    PluginProblem(
      plugin: name ?? folderName, file: path, line: position?.line, column: position?.column,
      message: message)
  }
}
