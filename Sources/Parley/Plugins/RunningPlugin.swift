import Broker
import KernelProtocol

/// A plugin of a running orchestrator.
struct RunningPlugin {
  let manifest: PluginManifest
  let kernel: String
  let language: String
  let connection: ConnectionID
  /// To launch it again.
  let source: PluginFolder.Accepted
  var state: PluginState = .starting
  /// The settings that it was loaded with.
  var settings: JSONObject = [:]
}
