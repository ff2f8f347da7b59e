public import Broker
import Foundation
public import KernelProtocol

/// The manifests in a folder of plugins, read by themselves: whether their kernels are installed does not matter.
public struct ManifestCatalog: Sendable {
  /// A plugin's manifest, and the JSON that it was read from.
  public struct Entry: Sendable {
    public let manifest: PluginManifest
    public let source: JSONValue
  }

  /// In the order of their folders.
  public private(set) var entries: [Entry] = []
  public private(set) var problems: [PluginProblem] = []

  /// - Parameter folder: holds plugins' folders, or is itself a plugin.
  /// - Throws: ``PluginFolderError`` when there is no such folder or no plugin in it.
  public init(folder: String) throws(PluginFolderError) {
    for path in try PluginFolder(path: folder).pluginFolders() {
      do throws(PluginProblem) {
        entries.append(try Self.read(ManifestFile(folder: path)))
      } catch {
        problems.append(error)
      }
    }
  }

  private static func read(_ file: ManifestFile) throws(PluginProblem) -> Entry {
    let (source, map) = try file.parse()
    do throws(ManifestProblem) {
      return Entry(manifest: try PluginManifest(reading: source), source: source)
    } catch {
      throw file.problem(error, map, name: source["name"]?.stringValue)
    }
  }
}
