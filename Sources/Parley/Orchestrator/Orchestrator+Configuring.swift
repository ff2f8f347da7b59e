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

  /// Puts a configuration in force. Grants and denials count at once, settings for plugins that are loaded from now on.
  func configure(_ file: HostFile, settings: [String: JSONObject]) {
    // Before anything can write what it is given.
    redaction.add(file.secrets)
    var host = file.configuration
    host.defaultTimeout = host.defaultTimeout ?? configuration.defaultTimeout
    self.host = host
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
