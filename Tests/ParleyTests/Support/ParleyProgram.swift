import Foundation

/// The `parley` command that was built with the tests, run as a user would.
struct ParleyProgram {
  /// How a run ended.
  struct Result {
    let status: Int32
    let output: String
    let errors: String

    /// The one JSON object on standard output.
    var json: [String: Any] {
      (try? JSONSerialization.jsonObject(with: Data(output.utf8))) as? [String: Any] ?? [:]
    }

    var outcome: String? { json["outcome"] as? String }
    var error: [String: Any] { json["error"] as? [String: Any] ?? [:] }
    var frames: [[String: Any]] { error["frames"] as? [[String: Any]] ?? [] }
  }

  /// Beside the test bundle.
  static var path: String {
    let bundle = CommandLine.arguments.first.map { URL(fileURLWithPath: $0) }
    var folder = bundle?.deletingLastPathComponent() ?? URL(fileURLWithPath: ".")
    while folder.path != "/", !FileManager.default.isExecutableFile(atPath: folder.path + "/parley")
    {
      folder.deleteLastPathComponent()
    }
    return folder.path + "/parley"
  }

  /// Runs it to its end.
  static func run(
    _ arguments: [String], runtime: String? = nil, environment: [String: String] = [:]
  ) async throws -> Result {
    let process = try RunningProgram(arguments, runtime: runtime, environment: environment)
    return await process.result()
  }
}
