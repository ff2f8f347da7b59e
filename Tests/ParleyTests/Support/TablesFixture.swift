import Foundation

/// A folder of specifications whose only table has cases that a test writes, and a temporary folder for what the suite
/// leaves.
final class TablesFixture {
  private let path: String
  var specs: String { path + "/specs" }
  /// What the suite's own temporary folder is.
  var temporary: String { path + "/temporary" }

  /// - Parameter steps: the steps of each case, by the case's name.
  init(_ cases: KeyValuePairs<String, String>) throws {
    let name = "parley-test-" + UUID().uuidString.prefix(8)
    path =
      FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: name).path
    let files = FileManager.default
    for folder in [temporary, specs + "/conformance/cases"] {
      try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    let shipped = URL(filePath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "specs").path
    for name in ["vectors", "conformance/kernels", "conformance/roles.json"] {
      try files.createSymbolicLink(
        atPath: "\(specs)/\(name)", withDestinationPath: "\(shipped)/\(name)")
    }
    let list = cases.map { #"{"name": "\#($0.key)", "steps": [\#($0.value)]}"# }
    let table = """
      {"kernels": "each", "plugins": {"a": {"role": "station"}},
       "cases": [\(list.joined(separator: ",\n"))]}
      """
    let file = specs + "/conformance/cases/10-trial.json"
    try table.write(toFile: file, atomically: true, encoding: .utf8)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var environment: [String: String] { ["PARLEY_SPECS": specs, "TMPDIR": temporary] }

  /// Processes that work in the temporary folder, which are kernels that were left behind.
  var processes: [String] {
    let pids = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return pids.filter { pid in
      let folder = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")
      return Int(pid) != nil && folder?.hasPrefix(temporary) == true
    }
  }

  /// What is left in the temporary folder.
  var leftovers: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? []
  }
}
