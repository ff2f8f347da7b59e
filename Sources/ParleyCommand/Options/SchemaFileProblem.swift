import JSONSchema
import Parley

/// Why a schema or a file cannot be used.
struct SchemaFileProblem: Error {
  let path: String
  /// nil when it is not about a place in the file.
  let position: JSONPosition?
  let reason: String
  /// The keyword, when the file is JSON but no good schema.
  var location: SchemaLocation?

  /// `order.schema.json:3:12: #/properties/a/type: …`
  var description: String {
    let place = position.map { ":\($0.line):\($0.column)" } ?? ""
    return "\(path)\(place): \(location.map { "\($0): " } ?? "")\(reason)"
  }

  var json: JSONValue {
    var error: JSONObject = ["file": .string(path), "message": .string(reason)]
    if let position {
      error["line"] = JSONValue(position.line)
      error["column"] = JSONValue(position.column)
    }
    if let location { error["pointer"] = .string("\(location.pointer)") }
    return ["error": .object(error)]
  }
}
