import Broker
import KernelProtocol
import Store

extension Orchestrator {
  /// The plugins that have changed an event or a method so that those who rely on it cannot go on.
  func incompatibleChanges(
    in plugins: [PluginFolder.Accepted]
  ) async -> [(PluginFolder.Accepted, PluginProblem)] {
    guard let store = await openedStore(), let folder = pluginFolder,
      let remembered = try? await store.rememberedSchemas(tenant: Self.tenant)
    else { return [] }
    return plugins.compactMap { plugin in
      guard let before = remembered[plugin.manifest.name] else { return nil }
      return SchemaHistory(before).incompatibility(of: plugin.manifest, in: folder)
        .map { (plugin, plugin.problem($0.message, at: $0.pointer)) }
    }
  }

  /// A plugin serves: from now on others may rely on its schemas.
  func rememberSchemas(of name: String) {
    guard let manifest = plugins[name]?.manifest, let store = recording.store else { return }
    store.remember(manifest.schemas, of: name, tenant: Self.tenant) { [hub] result in
      if case .failure(let error) = result {
        hub.send(.storeFailed(description: error.description))
      }
    }
  }

  /// The one tenant that there is.
  static let tenant = "default"
}
