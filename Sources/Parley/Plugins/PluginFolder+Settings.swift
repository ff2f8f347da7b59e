import KernelProtocol

extension PluginFolder {
  /// Gives the plugins their settings, and leaves those out whose settings are wrong.
  ///
  /// - Returns: the settings of the others, by their names.
  mutating func refuseWrongSettings(in file: HostFile) -> [String: JSONObject] {
    var settings: [String: JSONObject] = [:]
    for plugin in plugins {
      do throws(PluginProblem) {
        settings[plugin.manifest.name] = try file.settings(for: plugin)
      } catch {
        refuse(plugin, because: error)
      }
    }
    return settings
  }
}
