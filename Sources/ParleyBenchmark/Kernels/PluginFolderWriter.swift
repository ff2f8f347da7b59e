import Foundation
import KernelProtocol

/// Writes the benchmark's plugins into a temporary folder, which goes with it.
final class PluginFolderWriter {
  /// Absolute.
  let path: String

  /// Makes the folder.
  init() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("parley-benchmark-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes plugins of a set, in a folder of that name.
  ///
  /// - Returns: the folder, for ``Orchestrator/startPlugins(in:)``.
  func write(
    _ set: String, _ plugins: [(name: String, kernel: String, isConcurrent: Bool)]
  ) throws -> String {
    for plugin in plugins {
      let folder = "\(path)/\(set)/\(plugin.name)"
      guard let source = PluginSource.file(for: plugin.kernel, plugin: plugin.name) else {
        continue
      }
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try source.text.write(toFile: "\(folder)/\(source.name)", atomically: false, encoding: .utf8)
      let manifest = manifest(plugin.name, plugin.kernel, plugin.isConcurrent, main: source.name)
      try FrameBytes(json: manifest).description
        .write(toFile: folder + "/plugin.json", atomically: false, encoding: .utf8)
    }
    return "\(path)/\(set)"
  }

  private func manifest(
    _ name: String, _ kernel: String, _ isConcurrent: Bool, main: String
  ) -> JSONValue {
    [
      "name": .string(name), "version": "1.0.0", "kernel": .string(kernel), "main": .string(main),
      "services": [
        "provides": .object(
          JSONObject(
            ["echo", "relay", "nest", "drain"].map { ("\(name).\($0)", JSONValue.object([:])) }
              + [("\(name).numbers", ["stream": true])])),
        "calls": ["**"],
      ],
      "mailbox": isConcurrent ? ["concurrent": 64] : "serial",
    ]
  }
}
