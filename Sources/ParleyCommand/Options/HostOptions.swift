import ArgumentParser
import Foundation
import Parley

/// What the commands that start plugins have in common.
struct HostOptions: ParsableArguments {
  @Option(
    help: "The host's configuration; without it parley.json beside the plugins' folder.",
    completion: .file(extensions: ["json"]))
  var config: String?

  /// An orchestrator's configuration with that.
  var configuration: OrchestratorConfiguration {
    var configuration = OrchestratorConfiguration(
      environment: ProcessInfo.processInfo.environment)
    configuration.hostConfiguration = config
    return configuration
  }
}
