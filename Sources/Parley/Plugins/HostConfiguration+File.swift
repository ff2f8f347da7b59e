import Broker
import Foundation
import KernelProtocol

extension HostConfiguration {
  /// The name of the file.
  private static let fileName = "parley.json"

  /// Reads the file beside a folder of plugins; without one nothing is said.
  ///
  /// - Throws: the first problem, with its place in the file.
  init(besidePlugins folder: String) throws(PluginProblem) {
    let parent = URL(fileURLWithPath: folder).deletingLastPathComponent().path
    let file = ManifestFile(folder: parent, name: Self.fileName)
    guard FileManager.default.fileExists(atPath: file.path) else {
      self.init()
      return
    }
    let (value, map) = try file.parse()
    do throws(ManifestProblem) {
      try self.init(reading: value)
    } catch {
      throw file.problem(error, map, name: nil)
    }
  }
}
