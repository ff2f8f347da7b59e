import KernelProtocol

/// A plugin's own keys are its own. Shared ones need a permission that its manifest asks for and the host grants.
extension Broker {
  /// Whether a plugin may read a key, or some of the keys that begin so.
  func checkPermission(
    toRead key: String, isPrefix: Bool, by plugin: String
  ) throws(OutcomeError) {
    guard StorageRequest.isShared(key) else { return }
    if isPrefix, mayRead(sharedKeysOf: plugin) { return }
    try check("storage:read:\(key)", of: plugin)
  }

  /// Whether a plugin may change a key.
  func checkPermission(toWrite key: String, by plugin: String) throws(OutcomeError) {
    guard StorageRequest.isShared(key) else { return }
    try check("storage:write:\(key)", of: plugin)
  }

  /// Whether a plugin may be told of a key: of a list and of changes it gets those that it may read.
  func mayRead(_ key: String, _ plugin: String) -> Bool {
    guard StorageRequest.isShared(key) else { return true }
    let permission = "storage:read:\(key)"
    return asks(plugin, for: permission) && grants(permission, to: plugin)
      && !denies(permission, to: plugin)
  }

  /// Whether there is any shared key that a plugin may read.
  private func mayRead(sharedKeysOf plugin: String) -> Bool {
    let asked = plugins[plugin]?.manifest.permissions ?? []
    let granted = configuration.grants[plugin] ?? []
    return asked.contains { $0.text.utf8.starts(with: "storage:read:".utf8) }
      && granted.contains { $0.text.utf8.starts(with: "storage:read:".utf8) }
  }

  private func check(_ permission: String, of plugin: String) throws(OutcomeError) {
    guard asks(plugin, for: permission) else {
      throw .permissionDenied(
        "the plugin \(plugin) does not ask for \(permission): add it to permissions in its "
          + "plugin.json", permission: permission)
    }
    guard !denies(permission, to: plugin) else {
      throw .deniedByHost(plugin, to: "use this key", permission: permission)
    }
    guard grants(permission, to: plugin) else {
      throw .permissionDenied(
        "the plugin \(plugin) asks for \(permission), and the host does not grant it: add it to "
          + "grants.\(plugin) in parley.json beside the plugins' folder", permission: permission)
    }
  }

  private func asks(_ plugin: String, for permission: String) -> Bool {
    plugins[plugin]?.manifest.permissions.contains { $0.matches(permission) } == true
  }

  private func grants(_ permission: String, to plugin: String) -> Bool {
    configuration.grants[plugin]?.contains { $0.matches(permission) } == true
  }

  private func denies(_ permission: String, to plugin: String) -> Bool {
    configuration.denials[plugin]?.storage.contains { $0.matches(permission) } == true
  }
}
