import Foundation
import Parley

/// A copy of the example that a test may edit, and an orchestrator for its plugins; both go with
/// it.
final class WeatherExample {
  /// The copy.
  let path: String
  let readings: [WeatherReading]

  var plugins: String { path + "/plugins" }
  var rules: String { plugins + "/rules/rules.lua" }

  /// The package's folder.
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// Whether the five interpreters are there; where all kernels are required it is run in any case.
  static let isRunnable: Bool = {
    let environment = ProcessInfo.processInfo.environment
    guard environment["PARLEY_REQUIRE_KERNELS"] == nil else { return true }
    let folders = (environment["PATH"] ?? "").split(separator: ":")
    return ["python3", "ruby", "node", "lua5.4", "perl"].allSatisfy { name in
      folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }
  }()

  init() throws {
    let name = "parley-weather-" + UUID().uuidString.prefix(8)
    path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
    try FileManager.default.copyItem(atPath: Self.root + "/examples/weather", toPath: path)
    try? FileManager.default.removeItem(atPath: path + "/output")
    readings = try WeatherReading.all(in: path)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Runs the plugins while `body` does.
  func run<Value>(_ body: (Orchestrator) async throws -> Value) async throws -> Value {
    var configuration = OrchestratorConfiguration(environment: environment)
    configuration.home = Self.root
    let orchestrator = try Orchestrator(configuration: configuration)
    do {
      try await orchestrator.start()
      _ = try await orchestrator.startPlugins(in: plugins)
      await orchestrator.waitUntilSettled()
      let value = try await body(orchestrator)
      await orchestrator.stop()
      return value
    } catch {
      await orchestrator.stop()
      throw error
    }
  }

  /// Runs the demo to its end with the command that was built with the tests.
  ///
  /// - Returns: its status, and what it wrote on both streams.
  func runDemo(in folder: String? = nil) async throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path + "/demo")
    process.arguments = [Self.command]
    process.currentDirectoryURL = URL(fileURLWithPath: folder ?? path)
    process.environment = environment
    let log = path + "/demo.log"
    try Data().write(to: URL(fileURLWithPath: log))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    (process.standardOutput, process.standardError) = (file, file)
    let status = try await withCheckedThrowingContinuation { continuation in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    return (status, try String(contentsOfFile: log, encoding: .utf8))
  }

  /// The processes that work in the copy: kernels that were left behind.
  func processes() throws -> [String] {
    let folder = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    return try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
      let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd")
      return place?.hasPrefix(folder) ?? false
    }
  }

  /// Replaces the rules.
  func writeRules(_ text: String) throws {
    try text.write(toFile: rules, atomically: true, encoding: .utf8)
  }

  /// The `parley` beside the running tests.
  private static var command: String {
    let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let folder = URL(fileURLWithPath: program ?? "").deletingLastPathComponent().path
    return folder + "/parley"
  }

  private var environment: [String: String] {
    ProcessInfo.processInfo.environment.merging(["PARLEY_RUNTIME_DIR": path + "/runtime"]) { $1 }
  }
}
