import Foundation
import JSONSchema
import KernelProtocol

/// The official JSON-Schema-Test-Suite, fetched by `scripts/schema-suite`.
struct OfficialSuite {
  /// One schema of the suite, and values with the right verdict.
  struct Group {
    struct Case {
      let description: String
      let instance: JSONValue
      let isValid: Bool
    }

    let description: String
    let schema: JSONValue
    let cases: [Case]
  }

  let folder: URL
  /// The documents that the suite's schemas refer to, by address.
  let documents: [String: JSONValue]

  /// nil when it could not be fetched.
  static let fetched = try? OfficialSuite(folder: fetch())

  /// Where it must be there, its absence is a failure instead of a skipped test.
  static let isRequired = ProcessInfo.processInfo.environment["CI"] == "true"

  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func fetch() throws -> URL {
    let process = Process()
    process.executableURL = root.appending(path: "scripts/schema-suite")
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.fileReadNoSuchFile) }
    let path = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .newlines)
    return URL(filePath: path)
  }

  private init(folder: URL) throws {
    self.folder = folder
    var documents: [String: JSONValue] = [:]
    let remotes = folder.appending(path: "remotes")
    for path in try FileManager.default.subpathsOfDirectory(atPath: remotes.path())
    where path.hasSuffix(".json") {
      let document = try Self.read(remotes.appending(path: path))
      documents["http://localhost:1234/\(path)"] = document
    }
    self.documents = documents
  }

  private static func read(_ file: URL) throws -> JSONValue {
    try JSONParser().parse([UInt8](Data(contentsOf: file)))
  }

  /// The files of a folder below `tests/draft2020-12`, sorted.
  func files(in subfolder: String = "") throws -> [String] {
    let tests = folder.appending(path: "tests/draft2020-12/\(subfolder)")
    return try FileManager.default.contentsOfDirectory(atPath: tests.path())
      .filter { $0.hasSuffix(".json") }.sorted()
  }

  func groups(of file: String) throws -> [Group] {
    let content = try Self.read(folder.appending(path: "tests/draft2020-12/\(file)"))
    return (content.arrayValue ?? []).map { group in
      let cases = (group["tests"]?.arrayValue ?? []).map { test in
        Group.Case(
          description: test["description"]?.stringValue ?? "",
          instance: test["data"] ?? .null, isValid: test["valid"]?.boolValue ?? false)
      }
      return Group(
        description: group["description"]?.stringValue ?? "", schema: group["schema"] ?? .null,
        cases: cases)
    }
  }
}
