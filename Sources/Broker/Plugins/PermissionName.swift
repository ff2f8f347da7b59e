import KernelProtocol

/// The names of permissions that a manifest may ask for and the host may grant.
enum PermissionName {
  private static let beginnings = ["storage:read:global:", "storage:write:global:"]

  /// Reads names of permissions and patterns of such names.
  ///
  /// - Parameter others: names of another form that may stand at the same place, to be told of.
  static func patterns(
    _ texts: [(text: String, pointer: JSONPointer)], besides others: [String] = []
  ) throws(ManifestProblem) -> [NamePattern] {
    var patterns: [NamePattern] = []
    for (text, pointer) in texts {
      guard isKnown(text) else {
        throw ManifestProblem(
          pointer,
          "there is no permission \"\(text)\": there are "
            + others.map { "\($0), " }.joined()
            + "storage:read:global:KEY and storage:write:global:KEY, where KEY may be a pattern such as theme:* or **"
        )
      }
      do throws(NameError) { patterns.append(try NamePattern(text, .event)) } catch {
        throw ManifestProblem(pointer, error.description)
      }
    }
    return patterns
  }

  private static func isKnown(_ name: String) -> Bool {
    beginnings.contains { name.utf8.starts(with: $0.utf8) && name.utf8.count > $0.utf8.count }
  }
}
