import Foundation
import KernelProtocol

/// Reads the files of `specs/` that the tests share with the shims' own tests.
enum SpecificationFile {
  private static let specs = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "specs")

  static func json(_ path: String) throws -> JSONValue {
    let data = try Data(contentsOf: specs.appending(path: path))
    return try JSONParser(duplicateKeys: .refused).parse([UInt8](data))
  }
}
