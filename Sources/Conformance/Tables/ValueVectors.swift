import KernelProtocol

/// The values that must come through unchanged, from `vectors/values.json`.
struct ValueVectors: Sendable {
  /// Values by name.
  let faithful: [JSONValue]
  /// Bytes in hexadecimal by name.
  let bytes: [JSONValue]

  /// Levels that the parameters of a call through another plugin need besides the value's own.
  private static let wrapping = 2

  /// Reads the vectors. Those that are too deep to be passed on inside of other parameters are left to cases of their own.
  init(_ file: JSONValue) throws(TableError) {
    let table = try TableObject(file, at: "vectors/values.json")
    var values: [JSONValue] = []
    for entry in try table.list("faithful") {
      guard let name = entry["name"], let text = entry["json"]?.stringValue,
        let value = try? JSONParser().parse(text)
      else { throw TableError(place: table.place, message: "a faithful value cannot be read") }
      guard Self.depth(value) + Self.wrapping <= JSONDepth.value else { continue }
      values.append(["name": name, "value": value])
    }
    faithful = values
    bytes = try table.list("bytes")
  }

  private static func depth(_ value: JSONValue) -> Int {
    if let array = value.arrayValue { return 1 + (array.map(depth).max() ?? 0) }
    if let object = value.objectValue { return 1 + (object.map { depth($0.value) }.max() ?? 0) }
    return 0
  }

  /// The list of that name.
  subscript(name: String) -> [JSONValue]? {
    switch name {
    case "faithful": faithful
    case "bytes": bytes
    default: nil
    }
  }
}
