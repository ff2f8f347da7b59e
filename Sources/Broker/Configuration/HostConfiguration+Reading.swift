public import KernelProtocol

extension HostConfiguration {
  private static let keys = [
    "$schema", "grants", "denials", "tenants", "secrets", "default_timeout", "kernels",
  ]
  /// What belongs into such a file and does nothing yet: ignoring it would promise what is not kept.
  private static let unsupported = [
    "limits", "sandbox", "memory_budget", "message_limit", "audit",
  ]

  /// Where the settings of a plugin stand.
  public static func settingsPlace(of plugin: String) -> JSONPointer {
    JSONPointer(["tenants", Self.tenant, "settings", plugin])
  }

  /// The one tenant that there is.
  static let tenant = "default"

  /// Reads a configuration, strictly: what is not known is refused with the nearest right name.
  ///
  /// - Throws: the first problem, with its place.
  public init(reading value: JSONValue) throws(ManifestProblem) {
    for key in Self.unsupported where value[key] != nil {
      throw ManifestProblem(
        JSONPointer([key]), "\"\(key)\" is not supported in this version: take it out")
    }
    let top = try ManifestObject(value, at: JSONPointer(), keys: Self.keys)
    if let granted = try top.child("grants", keys: nil) {
      for plugin in granted.object.keys {
        grants[plugin] = try PermissionName.patterns(try granted.texts(plugin))
      }
    }
    if let denied = try top.child("denials", keys: nil) {
      for plugin in denied.object.keys {
        denials[plugin] = try Denials(reading: try denied.texts(plugin))
      }
    }
    try readSecrets(top)
    try readTenants(top)
    defaultTimeout = try top.duration("default_timeout")
    if let overrides = try top.child("kernels", keys: nil) {
      for member in overrides.object {
        kernels[member.key] = try KernelOverride(
          reading: member.value, at: overrides.pointer.appending(member.key))
      }
    }
  }

  private mutating func readSecrets(_ top: ManifestObject) throws(ManifestProblem) {
    guard let sources = try top.child("secrets", keys: nil) else { return }
    for member in sources.object {
      secrets[member.key] = try SecretSource(
        reading: member.value, at: sources.pointer.appending(member.key))
    }
  }

  private mutating func readTenants(_ top: ManifestObject) throws(ManifestProblem) {
    guard let tenants = try top.child("tenants", keys: nil) else { return }
    for name in tenants.object.keys where name != Self.tenant {
      throw ManifestProblem(
        tenants.pointer.appending(name),
        "there is one tenant in this version, named \"\(Self.tenant)\": put its settings there")
    }
    guard let tenant = try tenants.child(Self.tenant, keys: ["settings"]),
      let given = try tenant.child("settings", keys: nil)
    else { return }
    for member in given.object {
      let place = given.pointer.appending(member.key)
      settings[member.key] = .object(try ManifestObject(member.value, at: place, keys: nil).object)
    }
  }
}
