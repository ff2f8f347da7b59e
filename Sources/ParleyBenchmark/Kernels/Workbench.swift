import Foundation
import KernelProtocol
import Parley

/// A running orchestrator with plugins of the benchmark's.
struct Workbench {
  let orchestrator: Orchestrator
  /// Where traces are recorded, as they are in use.
  private let stateFolder: String

  var client: Client { orchestrator.client }

  /// Starts an orchestrator without plugins.
  ///
  /// - Parameter keepsState: whether traces are recorded.
  static func open(keepsState: Bool = true) async throws -> Workbench {
    var environment = ProcessInfo.processInfo.environment
    let folder = NSTemporaryDirectory() + "/parley-state-" + UUID().uuidString
    environment["PARLEY_STATE_DIR"] = folder
    var configuration = OrchestratorConfiguration(environment: environment)
    configuration.keepsState = keepsState
    let orchestrator = try Orchestrator(configuration: configuration)
    try await orchestrator.start()
    return Workbench(orchestrator: orchestrator, stateFolder: folder)
  }

  /// Starts plugins and waits until each is ready.
  func start(_ folder: String) async throws {
    if let problem = try await orchestrator.startPlugins(in: folder).first { throw problem }
    await orchestrator.waitUntilSettled()
    for plugin in try await plugins() where plugin["state"]?.stringValue != "started" {
      let name = plugin["plugin"]?.stringValue ?? ""
      let why = plugin["error"]?["message"]?.stringValue ?? "no reason is given"
      throw BenchmarkError.plugin("The plugin \(name) did not start: \(why)")
    }
  }

  /// What `parley ps` shows of each plugin.
  func plugins() async throws -> [JSONValue] {
    try await client.status()["plugins"]?.arrayValue ?? []
  }

  /// Ends it all.
  func close() async {
    await orchestrator.stop()
    try? FileManager.default.removeItem(atPath: stateFolder)
  }
}
