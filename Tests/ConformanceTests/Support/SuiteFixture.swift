import Foundation
import KernelProtocol
import Parley

@testable import Conformance

/// A folder of specifications with tables that a test writes, and the real snippets and vectors.
final class SuiteFixture {
  /// What `PARLEY_SPECS` must be.
  let specs: String

  /// - Parameter cases: the text of the only table; nil for none.
  init(cases: String? = nil, file: String = "10-trial.json") throws {
    specs = NSTemporaryDirectory() + "/parley-tables-" + UUID().uuidString.prefix(8)
    let files = FileManager.default
    try files.createDirectory(
      atPath: specs + "/conformance/cases", withIntermediateDirectories: true)
    for name in ["vectors", "conformance/kernels", "conformance/roles.json"] {
      try files.createSymbolicLink(
        atPath: "\(specs)/\(name)", withDestinationPath: "\(Self.shipped)/\(name)")
    }
    if let cases { try write(cases, to: "conformance/cases/" + file) }
  }

  deinit { try? FileManager.default.removeItem(atPath: specs) }

  /// The specifications of this source tree.
  static let shipped = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "specs").path

  /// Writes a file, in place of a link of that name.
  func write(_ text: String, to path: String) throws {
    try? FileManager.default.removeItem(atPath: "\(specs)/\(path)")
    try text.write(toFile: "\(specs)/\(path)", atomically: false, encoding: .utf8)
  }

  /// Where and why the tables cannot be read; nil when they can.
  func mistake() -> TableError? {
    do throws(TableError) {
      _ = try ConformanceTables(specs: specs)
      return nil
    } catch {
      return error
    }
  }

  /// A suite of these tables.
  func suite() async throws -> ConformanceSuite {
    var environment = ProcessInfo.processInfo.environment
    environment["PARLEY_SPECS"] = specs
    return try await ConformanceSuite(environment: environment)
  }

  /// A table of the kind `each` with one case of these steps for a station `a`.
  static func table(steps: String, case more: String = "") -> String {
    """
    {"kernels": "each", "plugins": {"a": {"role": "station"}},
     "cases": [{"name": "trial", \(more)"steps": [\(steps)]}]}
    """
  }
}
