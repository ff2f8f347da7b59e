import Foundation

/// A temporary folder of plugins, and a runtime folder of its own; both go with it.
final class PluginFixture: Sendable {
  let path: String
  var runtime: String { path + "/runtime" }
  var plugins: String { path + "/plugins" }

  init() throws {
    path = NSTemporaryDirectory() + "/parley-test-" + UUID().uuidString.prefix(8)
    try FileManager.default.createDirectory(
      atPath: path + "/plugins", withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a plugin whose manifest has the four keys that are needed and those given.
  @discardableResult
  func add(
    _ name: String, _ language: Language, _ source: String, manifest: [String: Any] = [:]
  ) throws -> PluginFixture {
    var keys: [String: Any] = [
      "name": name, "version": "1.0.0", "kernel": language.rawValue, "main": language.file,
    ]
    keys.merge(manifest) { _, new in new }
    let data = try JSONSerialization.data(
      withJSONObject: keys, options: [.prettyPrinted, .sortedKeys])
    return try add(name, manifest: String(decoding: data, as: UTF8.self), [language.file: source])
  }

  /// Writes a plugin as it is given.
  @discardableResult
  func add(_ name: String, manifest: String, _ files: [String: String] = [:]) throws
    -> PluginFixture
  {
    let folder = plugins + "/" + name
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try manifest.write(toFile: folder + "/plugin.json", atomically: true, encoding: .utf8)
    for (file, text) in files {
      try text.write(toFile: folder + "/" + file, atomically: true, encoding: .utf8)
    }
    return self
  }

  /// Calls a method of these plugins by the command.
  func call(
    _ method: String, _ params: String = "{}", _ options: String...
  ) async throws -> ParleyProgram.Result {
    try await ParleyProgram.run(
      ["call", method, params, "--plugins", plugins, "--json"] + options, runtime: runtime)
  }

  /// A manifest's services.
  static func services(_ provides: String..., calls: [String] = []) -> [String: Any] {
    let methods = Dictionary(uniqueKeysWithValues: provides.map { ($0, [String: String]()) })
    return ["services": ["provides": methods, "calls": calls] as [String: Any]]
  }
}
