import Foundation
import KernelProtocol

/// Reads one JSON file of the tables.
enum TableFile {
  /// The value in a file.
  ///
  /// - Throws: ``TableError`` with line and column when it is not JSON.
  static func read(_ path: String) throws(TableError) -> JSONValue {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw TableError(place: path, message: "the file cannot be read")
    }
    do throws(JSONError) {
      return try JSONParser(duplicateKeys: .refused).parse([UInt8](data))
    } catch {
      let place = error.position.map { ":\($0.line):\($0.column)" } ?? ""
      throw TableError(place: path + place, message: error.reason)
    }
  }

  /// The names of a folder's entries with an ending, sorted; none when there is no such folder.
  static func names(in folder: String, ending: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(ending) }.sorted()
  }
}
