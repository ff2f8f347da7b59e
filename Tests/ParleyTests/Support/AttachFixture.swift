import Foundation

/// A running orchestrator with a plugin in Ruby that works together with the plugin `desk`, whose program Parley does not
/// start.
struct AttachFixture {
  let files: PluginFixture
  let orchestrator: RunningProgram

  static let greeter = """
    provide("greeter.hello") { |name:| "hello #{name}" }
    provide("greeter.ask") { |x:| call("desk.double", { x: x }) + 1 }
    provide("greeter.ring") { |n:| emit("greeter:rang", { n: n }) }
    provide("greeter.wait") { sleep }
    on("desk:*") { |event| puts "opened by #{event["by"]}" }

    """

  static let desk = """
    { "name": "desk", "version": "1.0.0",
      "events": {"emits": {"desk:opened": {}}, "subscribes": ["greeter:*"]},
      "services": {"provides": {"desk.double": {}, "desk.hang": {}, "desk.leave": {}}, "calls": ["greeter.*", "desk.*"]},
      "mailbox": {"concurrent": 4} }

    """

  /// The path of the manifest.
  var manifest: String { files.path + "/desk/plugin.json" }

  /// - Parameter host: the text of the host's `parley.json`; nil when there is none.
  init(manifest: String = Self.desk, host: String? = nil) async throws {
    files = try PluginFixture()
    try host?.write(toFile: files.path + "/parley.json", atomically: true, encoding: .utf8)
    try files.add(
      "greeter", .ruby, Self.greeter,
      manifest: [
        "events": ["emits": ["greeter:rang": [String: String]()], "subscribes": ["desk:*"]],
        "services": [
          "provides": [
            "greeter.hello": [String: String](), "greeter.ask": [String: String](),
            "greeter.ring": [String: String](), "greeter.wait": [String: String](),
          ], "calls": ["desk.*"],
        ] as [String: Any], "mailbox": ["concurrent": 4],
      ])
    try FileManager.default.createDirectory(
      atPath: files.path + "/desk", withIntermediateDirectories: true)
    try manifest.write(
      toFile: files.path + "/desk/plugin.json", atomically: true, encoding: .utf8)
    orchestrator = try RunningProgram(["run", files.plugins], runtime: files.runtime)
    await orchestrator.waitForOutput(containing: "PLUGIN")
  }

  /// Starts a program that attaches.
  func start(_ language: Language, _ source: String? = nil) throws -> RunningProgram {
    let path = files.path + "/desk/" + language.file
    try (source ?? language.attachedProgram).write(
      toFile: path, atomically: true, encoding: .utf8)
    return try RunningProgram(
      ["attach", "--manifest", manifest, "--", language.interpreter, path], runtime: files.runtime)
  }

  /// Starts a program by itself, with a token and with the variables that `parley kernels --json` gives.
  func start(_ language: Language, token: String) async throws -> RunningProgram {
    let path = files.path + "/desk/" + language.file
    try language.attachedProgram.write(toFile: path, atomically: true, encoding: .utf8)
    var variables = try await sdk(of: language)
    variables["PARLEY_TOKEN"] = token
    return try RunningProgram(
      [language.interpreter, path], executable: "/usr/bin/env", runtime: files.runtime,
      environment: variables)
  }

  /// A token, as `parley attach` prints it.
  func token(_ options: String...) async throws -> String {
    let result = try await ParleyProgram.run(
      ["attach", "--manifest", manifest] + options, runtime: files.runtime)
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  private func sdk(of language: Language) async throws -> [String: String] {
    let kernels = try await parley("kernels", "--json").json["kernels"] as? [[String: Any]] ?? []
    let kernel = kernels.first { $0["kernel"] as? String == language.rawValue }
    return kernel?["sdk"] as? [String: String] ?? [:]
  }

  /// Runs a command that talks to the orchestrator.
  func parley(_ arguments: String..., environment: [String: String] = [:]) async throws
    -> ParleyProgram.Result
  {
    try await ParleyProgram.run(
      arguments, runtime: files.runtime, environment: environment)
  }

  /// The rows of `parley ps`, by plugin.
  func rows() async throws -> [String: [String: Any]] {
    let plugins = try await parley("ps", "--json").json["plugins"] as? [[String: Any]] ?? []
    return Dictionary(plugins.map { ($0["plugin"] as? String ?? "", $0) }) { first, _ in first }
  }

  /// Ends the orchestrator, and gives what it printed.
  func stop() async -> String {
    orchestrator.signal(SIGINT)
    return await orchestrator.result().output
  }
}
