import Broker
import KernelManagement
import KernelProtocol

extension Orchestrator {
  /// The host's configuration for a folder of plugins, as it stands in the file now.
  func hostFile(forPlugins folder: String) throws(PluginProblem) -> HostFile {
    try HostFile(
      configuration.hostConfiguration, besidePlugins: folder,
      environment: configuration.environment)
  }

  /// Reads the host's configuration again. A grant that is no longer there is revoked, settings are for plugins that are loaded
  /// from now on. When anything in it is wrong, all of it is refused, and what was in force stays so.
  ///
  /// - Throws: the first problem, with its place in the file.
  @discardableResult
  public func reloadConfiguration() async throws(PluginProblem) -> ConfigurationChange {
    guard let folder = pluginFolder else { return ConfigurationChange() }
    let (chosen, environment) = (configuration.hostConfiguration, configuration.environment)
    let reading = Task.detached { () -> Result<HostFile, PluginProblem> in
      Result { () throws(PluginProblem) in
        try HostFile(chosen, besidePlugins: folder, environment: environment)
      }
    }
    let file = try await reading.value.get()
    var settings: [String: JSONObject] = [:]
    for (name, plugin) in plugins.sorted(by: { $0.key < $1.key }) {
      settings[name] = try wanted(by: plugin, in: file)
    }
    configure(file, settings: settings)
    let change = ConfigurationChange(
      restart: plugins.filter { name, plugin in
        !plugin.isAttached
          && (settings[name] != plugin.settings || host.kernels[plugin.kernel] != plugin.override)
      }.keys.sorted(), problems: file.strangers(among: pluginNames))
    hub.send(.configured(change))
    return change
  }

  private func wanted(
    by plugin: RunningPlugin, in file: HostFile
  ) throws(PluginProblem) -> JSONObject {
    if let source = plugin.source { return try file.settings(for: source) }
    return try file.settings(for: plugin.manifest) { message in
      PluginProblem(
        plugin: plugin.manifest.name, file: "its manifest", line: nil, column: nil, message: message
      )
    }
  }

  /// A client wants the host's configuration read again.
  func receiveReload(_ request: Envelope, from id: ConnectionID) {
    Task {
      do throws(PluginProblem) {
        let change = try await reloadConfiguration()
        answer(.reloadReply, to: request, on: id, ["restart": JSONValue(change.restart)])
      } catch {
        let message = "\(error); what was in force before stays so"
        answer(.reloadReply, to: request, on: id, OutcomeError(.invalidPayload, message))
      }
    }
  }

  /// Puts a configuration in force. Grants and denials count at once, settings for plugins that are loaded from now on.
  func configure(_ file: HostFile, settings: [String: JSONObject]) {
    // Before anything can write what it is given.
    redaction.add(file.secrets)
    var host = file.configuration
    host.defaultTimeout = host.defaultTimeout ?? configuration.defaultTimeout
    (self.host, hostFile) = (host, file)
    self.settings = settings
    handle(.configure(host, settings: settings))
  }

  /// What kernels inherit: all but the variables that hold secrets, which plugins get as settings or not at all.
  var kernelEnvironment: [String: String] {
    let secret = host.secrets.values.compactMap { source in
      if case .environment(let name) = source { name } else { nil }
    }
    return configuration.environment.filter { !secret.contains($0.key) }
  }
}
