import Parley

/// What `parley ps` and `parley run` show: a row for each plugin.
struct StatusTable {
  private let status: JSONValue

  /// The table of a status.
  init(_ status: JSONValue) { self.status = status }

  /// What the application offers to the plugins: it has no kernel of its own.
  private static func row(of application: JSONValue) -> [String] {
    let provides = application["provides"]?.arrayValue?.compactMap(\.stringValue) ?? []
    return [
      application["name"]?.stringValue ?? "", "-", "application", "", "", "-", "-",
      application["frames"]?.intValue.map(String.init) ?? "", provides.joined(separator: " "),
    ]
  }

  /// The kernel; of an attached process its language.
  private static func kernel(of plugin: JSONValue) -> String {
    let language = plugin["language"]?.stringValue ?? ""
    guard plugin["attached"]?.boolValue == true, !language.isEmpty else {
      return plugin["kernel"]?.stringValue ?? ""
    }
    return "attached (\(language))"
  }

  /// The table as text.
  func text(for terminal: Terminal) -> String {
    var table = Table([
      "PLUGIN", "KERNEL", "STATE", "RESTARTS", "SINCE", "PID", "MEMORY", "FRAMES", "PROVIDES",
    ])
    for plugin in status["plugins"]?.arrayValue ?? [] {
      table.append([
        plugin["plugin"]?.stringValue ?? "", Self.kernel(of: plugin),
        plugin["state"]?.stringValue ?? "", plugin["restarts"]?.intValue.map(String.init) ?? "",
        plugin["since"]?.stringValue.flatMap(LocalTime.clock(ofDate:)) ?? "",
        plugin["pid"]?.intValue.map(String.init) ?? "-",
        plugin["memory"]?.intValue.map { "\($0 / 1_048_576) MB" } ?? "-",
        plugin["frames"]?.intValue.map(String.init) ?? "",
        plugin["provides"]?.arrayValue?.compactMap(\.stringValue).joined(separator: " ") ?? "",
      ])
    }
    if let application = status["application"] { table.append(Self.row(of: application)) }
    return table.text(for: terminal)
  }
}
