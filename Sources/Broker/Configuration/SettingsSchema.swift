import KernelProtocol

/// What a schema of settings says besides what is valid: which values are secret, and which are there without being given.
struct SettingsSchema {
  private let document: JSONValue
  /// How far references and combinations are followed: a schema may refer to itself.
  private static let depth = 16

  init(_ document: JSONValue) { self.document = document }

  /// The schemas that all apply to the whole.
  var root: [JSONValue] { parts(of: document) }

  /// The schemas that apply to a member, given those that apply to the object.
  func member(_ key: String, of schemas: [JSONValue]) -> [JSONValue] {
    schemas.flatMap { schema -> [JSONValue] in
      let named = schema["properties"]?[key] ?? schema["additionalProperties"]
      return named.map { parts(of: $0) } ?? []
    }
  }

  /// The schemas that apply to an element, given those that apply to the array.
  func element(_ index: Int, of schemas: [JSONValue]) -> [JSONValue] {
    schemas.flatMap { schema -> [JSONValue] in
      (schema["prefixItems"]?[index] ?? schema["items"]).map { parts(of: $0) } ?? []
    }
  }

  /// The members that an object gets when they are not given.
  static func defaults(of schemas: [JSONValue]) -> [(key: String, value: JSONValue)] {
    schemas.flatMap { schema -> [(String, JSONValue)] in
      (schema["properties"]?.objectValue ?? [:]).compactMap { member in
        member.value["default"].map { (member.key, $0) }
      }
    }
  }

  /// Whether a value is only ever given to the plugin, and read back by nobody.
  static func isSecret(_ schemas: [JSONValue]) -> Bool {
    schemas.contains { $0["writeOnly"]?.boolValue == true }
  }

  /// A schema with those that it refers to, and those that apply besides or may.
  private func parts(of schema: JSONValue, depth: Int = 0) -> [JSONValue] {
    guard depth < Self.depth else { return [] }
    let referred = schema["$ref"]?.stringValue.flatMap { text in
      text.hasPrefix("#") ? JSONPointer(parsing: String(text.dropFirst())) : nil
    }.flatMap { document[$0] }
    let others = (schema["allOf"]?.arrayValue ?? []) + [referred].compactMap(\.self)
    let alternatives = ["anyOf", "oneOf"].flatMap { schema[$0]?.arrayValue ?? [] }
    return [schema] + others.flatMap { parts(of: $0, depth: depth + 1) }
      + alternatives.flatMap { parts(of: $0, depth: depth + 1) }.map(Self.withoutDefaults)
  }

  /// Of alternatives it is not known which applies, so none of them fills in anything.
  private static func withoutDefaults(_ schema: JSONValue) -> JSONValue {
    guard var object = schema.objectValue, let properties = object["properties"]?.objectValue
    else { return schema }
    object["properties"] = .object(
      JSONObject(
        properties.map { member in
          var schema = member.value.objectValue
          schema?["default"] = nil
          return (member.key, schema.map(JSONValue.object) ?? member.value)
        }))
    return .object(object)
  }
}
