import Broker
import KernelProtocol

/// A plugin of a running orchestrator.
struct RunningPlugin {
  let manifest: PluginManifest
  let kernel: String
  /// Of an attached plugin empty until its process is there.
  var language: String
  let connection: ConnectionID
  /// To launch it again; nil for an attached one, which Parley did not start.
  let source: PluginFolder.Accepted?
  var state: PluginState = .starting
  /// How its kernel was launched otherwise than its kernelspec says.
  var override: KernelOverride?
  /// The settings that it was loaded with.
  var settings: JSONObject = [:]

  var isAttached: Bool { source == nil }
}
