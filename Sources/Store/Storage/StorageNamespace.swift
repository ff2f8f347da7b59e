/// Whose keys: a plugin's own, or those that all plugins of a tenant share.
public struct StorageNamespace: Hashable, Sendable {
  public let tenant: String
  /// The plugin; nil for the keys that are shared.
  public let plugin: String?

  /// A plugin's own keys.
  public static func plugin(_ plugin: String, tenant: String) -> StorageNamespace {
    StorageNamespace(tenant: tenant, plugin: plugin)
  }

  /// The keys that all plugins of a tenant share, each by permission.
  public static func global(tenant: String) -> StorageNamespace {
    StorageNamespace(tenant: tenant, plugin: nil)
  }

  private init(tenant: String, plugin: String?) {
    self.tenant = tenant
    self.plugin = plugin
  }

  /// How it is kept: no plugin's name is empty.
  var owner: String { plugin ?? "" }
}
