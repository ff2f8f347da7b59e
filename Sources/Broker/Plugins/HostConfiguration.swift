public import KernelProtocol

/// What the host decides about its plugins: the file `parley.json` beside the plugins' folder.
///
/// A manifest asks, and this grants what is not granted by itself.
public struct HostConfiguration: Equatable, Sendable {
  /// For each plugin the permissions that it is granted: names, or patterns of names.
  public var grants: [String: [NamePattern]] = [:]

  /// Nothing but what goes without saying.
  public init() {}

  /// Reads a configuration, strictly: what is not known is refused with the nearest right name.
  ///
  /// - Throws: the first problem, with its place.
  public init(reading value: JSONValue) throws(ManifestProblem) {
    let top = try ManifestObject(value, at: JSONPointer(), keys: ["$schema", "grants"])
    guard let granted = try top.child("grants", keys: nil) else { return }
    for plugin in granted.object.keys {
      grants[plugin] = try PermissionName.patterns(try granted.texts(plugin))
    }
  }
}
