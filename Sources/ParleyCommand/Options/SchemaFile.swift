import Foundation
import JSONSchema
import Parley

/// A schema's file, with the place of everything in it.
struct SchemaFile {
  let path: String
  let value: JSONValue
  private let sourceMap: JSONSourceMap

  /// Reads a file, or standard input for `-`.
  init(_ path: String) throws(SchemaFileProblem) {
    let bytes = try Self.bytes(of: path)
    do {
      (value, sourceMap) = try JSONParser(duplicateKeys: .refused).parseWithSourceMap(bytes)
    } catch {
      throw SchemaFileProblem(path: path, position: error.position, reason: error.reason)
    }
    self.path = path
  }

  /// The bytes of a file, or of standard input for `-`.
  static func bytes(of path: String) throws(SchemaFileProblem) -> [UInt8] {
    if path == "-" { return [UInt8](FileHandle.standardInput.readDataToEndOfFile()) }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SchemaFileProblem(
        path: path, position: nil, reason: "the file cannot be read: is it there?")
    }
    return [UInt8](data)
  }

  /// A mistake in the schema, with its line.
  func problem(_ error: SchemaError) -> SchemaFileProblem {
    guard error.location.document.isEmpty else {
      return SchemaFileProblem(
        path: path, position: nil, reason: error.reason, location: error.location)
    }
    return SchemaFileProblem(
      path: path, position: sourceMap.bestPosition(for: error.location.pointer),
      reason: error.reason, location: error.location)
  }
}
