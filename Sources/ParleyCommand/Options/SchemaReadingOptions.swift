import ArgumentParser
import Foundation
import JSONSchema
import Parley

/// What a schema is read with.
struct SchemaReadingOptions: ParsableArguments {
  @Option(
    help:
      "A folder whose .json files `$ref` may lead to, by file name or `$id`; may be given again.",
    completion: .directory)
  var documents: [String] = []

  func schemaOptions(assertsFormats: Bool = false) throws(SchemaFileProblem) -> SchemaOptions {
    var options = SchemaOptions(assertsFormats: assertsFormats)
    for folder in documents {
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
        throw SchemaFileProblem(path: folder, position: nil, reason: "there is no such folder")
      }
      for name in names.sorted() where name.hasSuffix(".json") {
        let document = try SchemaFile("\(folder)/\(name)").value
        options.documents[name] = document
        if let address = document["$id"]?.stringValue { options.documents[address] = document }
      }
    }
    return options
  }

  func compile(_ path: String, assertsFormats: Bool) throws(SchemaFileProblem) -> Schema {
    try compile(SchemaFile(path), assertsFormats: assertsFormats)
  }

  func compile(
    _ file: SchemaFile, assertsFormats: Bool = false
  ) throws(SchemaFileProblem) -> Schema {
    let options = try schemaOptions(assertsFormats: assertsFormats)
    do {
      return try Schema(file.value, options: options)
    } catch {
      throw file.problem(error)
    }
  }
}
