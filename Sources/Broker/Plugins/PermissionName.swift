/// The names of permissions that a manifest may ask for and the host may grant.
public enum PermissionName {
  private static let beginnings = ["storage:read:global:", "storage:write:global:"]

  /// Those that there are, in words.
  public static let known =
    "there are storage:read:global:KEY and storage:write:global:KEY, where KEY may be a pattern "
    + "such as theme:* or **"

  /// Whether a name or pattern is that of a permission.
  public static func isKnown(_ name: String) -> Bool {
    beginnings.contains { name.utf8.starts(with: $0.utf8) && name.utf8.count > $0.utf8.count }
  }
}
