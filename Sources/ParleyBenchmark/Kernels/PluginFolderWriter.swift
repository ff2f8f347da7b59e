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
      guard let source = PluginSource.file(for: plugin.kernel, plugin: plugin.name) else {
        continue
      }
      try write(
        set, plugin.name, kernel: plugin.kernel, source,
        adding: demands(plugin.name, plugin.isConcurrent))
    }
    return "\(path)/\(set)"
  }

  /// Writes plugins that subscribe to the event that is measured, in a folder of their own.
  ///
  /// - Parameter pipe: where they note its arrivals.
  /// - Returns: the folder, for ``Orchestrator/startPlugins(in:)``.
  func writeSubscribers(_ names: [String], kernel: String, pipe: String) throws -> String {
    let set = "subscribers"
    for name in names {
      guard let source = SubscriberSource.file(for: kernel, pipe: pipe) else { continue }
      try write(
        set, name, kernel: kernel, source,
        adding: ["events": ["subscribes": [.string(BroadcastMessage.event)]]])
    }
    return "\(path)/\(set)"
  }

  private func write(
    _ set: String, _ name: String, kernel: String, _ source: (name: String, text: String),
    adding fields: JSONObject
  ) throws {
    let folder = "\(path)/\(set)/\(name)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try source.text.write(toFile: "\(folder)/\(source.name)", atomically: false, encoding: .utf8)
    var manifest = fields
    manifest["name"] = .string(name)
    manifest["version"] = "1.0.0"
    manifest["kernel"] = .string(kernel)
    manifest["main"] = .string(source.name)
    try FrameBytes(json: .object(manifest)).description
      .write(toFile: folder + "/plugin.json", atomically: false, encoding: .utf8)
  }

  private func demands(_ name: String, _ isConcurrent: Bool) -> JSONObject {
    [
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
