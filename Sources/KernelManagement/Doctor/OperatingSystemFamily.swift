/// Systems that share commands to install things with.
public enum OperatingSystemFamily: String, Sendable {
  /// Debian, Ubuntu and what is made from them: apt-get.
  case debian
  case other

  /// The family of this machine, from `/etc/os-release`.
  public static var current: OperatingSystemFamily {
    OperatingSystemFamily(osRelease: TextFile.read("/etc/os-release") ?? "")
  }

  /// - Parameter osRelease: `KEY=value` lines, values perhaps in quotes, where ID is the system and
  ///   ID_LIKE what it is made from (os-release(5)).
  init(osRelease: String) {
    let ids = osRelease.split(separator: "\n").flatMap { line -> [String] in
      let parts = line.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, parts[0] == "ID" || parts[0] == "ID_LIKE" else { return [] }
      let value = parts[1].filter { $0 != "\"" && $0 != "'" }
      return value.split(separator: " ").map(String.init)
    }
    self = ids.contains("debian") || ids.contains("ubuntu") ? .debian : .other
  }
}
