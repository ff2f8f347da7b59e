import Parley

/// What `parley services` shows: a row for each provider of each method.
struct ServiceTable {
  private let list: JSONValue

  /// The table of a list of services.
  init(_ list: JSONValue) { self.list = list }

  /// The table as text.
  func text(for terminal: Terminal) -> String {
    var table = Table(["METHOD", "PLUGIN", "LANGUAGE", "STATE", "POLICY", "KIND"])
    for service in list["services"]?.arrayValue ?? [] {
      let state = service["state"]?.stringValue ?? ""
      let isMissing = state == "started" && service["available"] == false
      table.append([
        service["method"]?.stringValue ?? "", service["plugin"]?.stringValue ?? "",
        service["language"]?.stringValue ?? "", isMissing ? "not provided" : state,
        service["policy"]?.stringValue ?? "-", service["stream"] == true ? "stream" : "call",
      ])
    }
    return table.text(for: terminal)
  }
}
