import Broker

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

  var isAttached: Bool { source == nil }
}
