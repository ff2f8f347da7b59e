import Foundation
import Parley

/// Where an operation goes: to an orchestrator of its own, made for the plugins of a folder, or to one that runs.
enum Backend {
  case own(Orchestrator)
  case remote(ControlConnection)

  /// What the operation uses the plugins by.
  var client: Client {
    switch self {
    case .own(let orchestrator): orchestrator.client
    case .remote(let connection): connection.client
    }
  }

  /// Opens the backend that the options name; plugins that do not start are told of on standard error.
  static func open(_ options: OperationOptions) async throws -> Backend {
    guard let folder = options.plugins else {
      let environment = ProcessInfo.processInfo.environment
      return .remote(
        try await ControlConnection.open(path: options.socket, environment: environment))
    }
    return .own(try await startPlugins(in: folder, options.host))
  }

  /// Starts an orchestrator with the plugins of a folder and waits until each has started or failed.
  static func startPlugins(in folder: String, _ host: HostOptions) async throws -> Orchestrator {
    let orchestrator = try Orchestrator(configuration: host.configuration)
    let watcher = ReportPrinter(terminal: .standardError, showsStarts: false)
    watcher.follow(orchestrator.reports())
    do {
      try await orchestrator.start()
      for problem in try await orchestrator.startPlugins(in: folder) {
        Terminal.standardError.line("\(problem)")
      }
      await orchestrator.waitUntilSettled()
      return orchestrator
    } catch {
      await orchestrator.stop()
      throw error
    }
  }

  /// Lets the handlers that the operation caused end, and stops what was started for it.
  func close(timeout: Double) async {
    switch self {
    case .own(let orchestrator):
      await orchestrator.waitUntilIdle(timeout: timeout)
      await orchestrator.stop()
    case .remote(let connection):
      await connection.close()
    }
  }
}
