import Broker
import KernelManagement
public import KernelProtocol
import Store

/// What is remembered of the schemas of a folder of plugins, whether an orchestrator runs it or not.
public struct SchemaArchive: Sendable {
  private let store: Store
  private let folder: String

  /// Opens the database of a folder of plugins.
  ///
  /// - Throws: ``OutcomeError`` `unavailable` when there is none, or it cannot be used.
  public init(plugins: String, environment: [String: String]) throws(OutcomeError) {
    folder = PluginFolder(path: Path.absolute(plugins)).path
    store = try Store.kept(forPlugins: plugins, environment: environment)
  }

  /// Takes what a plugin's manifest says now for what others rely on.
  ///
  /// - Throws: `invalid_payload` when there is no such plugin, or its manifest is wrong.
  public func accept(_ plugin: String) async throws(OutcomeError) {
    let manifest = try manifest(of: plugin)
    let result = await withCheckedContinuation { continuation in
      store.remember(manifest.schemas, of: plugin, tenant: Orchestrator.tenant) {
        continuation.resume(returning: $0)
      }
    }
    do throws(StoreError) { try result.get() } catch {
      throw OutcomeError(.unavailable, error.description)
    }
  }

  /// Closes the file.
  public func close() async { await store.close() }

  private func manifest(of plugin: String) throws(OutcomeError) -> PluginManifest {
    let catalog: ManifestCatalog
    do throws(PluginFolderError) { catalog = try ManifestCatalog(folder: folder) } catch {
      throw OutcomeError(.unavailable, error.description)
    }
    let manifests = catalog.entries.map(\.manifest)
    if let manifest = manifests.first(where: { $0.name == plugin }) { return manifest }
    if let problem = catalog.problems.first(where: { $0.plugin == plugin }) {
      throw OutcomeError(.invalidPayload, problem.description)
    }
    let nearest = NearestNames.find(plugin, among: manifests.map(\.name))
    throw OutcomeError(
      .invalidPayload, "There is no plugin \(plugin) in \(folder).",
      details: ["nearest": JSONValue(nearest)])
  }
}
