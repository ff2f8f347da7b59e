import KernelProtocol

/// Where schemas stand within a schema, by keyword.
enum Subschemas {
  static let single = [
    "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not",
    "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties",
  ]
  static let lists = ["allOf", "anyOf", "oneOf", "prefixItems"]
  /// `definitions` is the older name of `$defs`, and still much used.
  static let maps = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"]

  /// Each schema directly within `schema`, with the way to it.
  static func of(_ schema: JSONObject) -> [(tokens: [String], value: JSONValue)] {
    var found: [(tokens: [String], value: JSONValue)] = []
    for member in schema {
      if single.contains(member.key) {
        found.append(([member.key], member.value))
      } else if lists.contains(member.key) {
        for (index, element) in (member.value.arrayValue ?? []).enumerated() {
          found.append(([member.key, String(index)], element))
        }
      } else if maps.contains(member.key) {
        for child in member.value.objectValue ?? [:] {
          found.append(([member.key, child.key], child.value))
        }
      }
    }
    return found
  }
}
