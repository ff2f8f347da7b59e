import Broker
import Foundation
import KernelManagement
import KernelProtocol

/// A new plugin's files, from the `template` folder of its kernel: so a new language brings its own.
public struct PluginTemplate: Sendable {
  private let name: String
  private let folder: String

  /// The template of a kernel, for a plugin of that name.
  ///
  /// - Throws: a sentence about the name, an unknown kernel, or a kernel without a template.
  public init(name: String, kernel: String, environment: [String: String]) throws {
    let manifest: JSONValue = [
      "name": .string(name), "version": "0.1.0", "kernel": .string(kernel), "main": "main",
    ]
    _ = try PluginManifest(reading: manifest)
    let files = try InstalledFiles.find(configured: nil, environment: environment)
    let finder = KernelSpecFinder(explicit: [files.kernels], environment: environment)
    let spec = try finder.catalog().spec(named: kernel)
    folder = spec.folder + "/template"
    self.name = name
    guard FileManager.default.fileExists(atPath: folder) else {
      throw OutcomeError(.unavailable, "The kernel \(kernel) has no template folder: \(folder)")
    }
  }

  /// Writes the files into a new folder named as the plugin.
  ///
  /// - Returns: the paths written, relative to `parent`.
  /// - Throws: when the folder is there already, or cannot be written.
  public func write(into parent: String) throws -> [String] {
    try FolderTemplate(folder: folder, words: ["name": name]).write(to: parent + "/" + name)
      .map { name + "/" + $0 }
  }
}
