import KernelProtocol

/// One side of a comparison: a schema, or the schema `true` where there is none.
struct ComparedSchema {
  /// nil: there is no schema, which accepts everything.
  let place: SchemaPlace?
  let value: JSONValue
  let document: ComparedDocument

  init(_ place: SchemaPlace?, in document: ComparedDocument) {
    self.place = place
    self.document = document
    value = place.flatMap { document.index.value(at: $0) } ?? .bool(true)
  }

  var object: JSONObject { value.objectValue ?? [:] }

  var acceptsNothing: Bool { value == .bool(false) }

  subscript(keyword: String) -> JSONValue? { object[keyword] }

  func child(_ tokens: String...) -> ComparedSchema {
    ComparedSchema(place?.appending(tokens), in: document)
  }

  /// The schema at a keyword, or none.
  func part(_ keyword: String) -> ComparedSchema {
    object[keyword] == nil ? ComparedSchema(nil, in: document) : child(keyword)
  }

  var types: TypeSet {
    guard !acceptsNothing else { return [] }
    guard let type = object["type"] else { return .all }
    let names = type.arrayValue ?? [type]
    return names.reduce(into: TypeSet()) { types, name in
      types.formUnion(TypeSet(named: name.stringValue ?? "") ?? [])
    }
  }

  /// The values of `enum` or `const`; nil when neither limits them.
  var choices: [JSONValue]? {
    if let constant = object["const"] { return [constant] }
    return object["enum"]?.arrayValue
  }

  /// Whether it lists values, each of which the other side accepts.
  func isList(within other: ComparedSchema) -> Bool {
    choices?.allSatisfy { other.document.accepts($0, at: other.place) } ?? false
  }

  /// Where a `$ref` leads; nil when there is none.
  var target: ComparedSchema? {
    guard let reference = object["$ref"]?.stringValue, let place else { return nil }
    var index = document.index
    let found = try? index.resolve(
      reference, in: index.resource(of: place), at: index.location(place))
    return found.map { ComparedSchema($0.place, in: document) }
  }

  /// Itself, or where it leads when it is a `$ref` and demands nothing besides.
  var resolved: ComparedSchema {
    var schema = self
    var visited: Set<SchemaPlace> = []
    while let place = schema.place, visited.insert(place).inserted,
      schema.object.keys.allSatisfy({ $0 == "$ref" || !Self.demanding.contains($0) }),
      let target = schema.target
    {
      schema = target
    }
    return schema
  }

  /// The keywords that demand something.
  static let demanding: Set<String> = [
    "$dynamicRef", "$ref", "additionalProperties", "allOf", "anyOf", "const", "contains",
    "dependentRequired", "dependentSchemas", "else", "enum", "exclusiveMaximum",
    "exclusiveMinimum", "if", "items", "maxContains", "maxItems", "maxLength", "maxProperties",
    "maximum", "minContains", "minItems", "minLength", "minProperties", "minimum", "multipleOf",
    "not", "oneOf", "pattern", "patternProperties", "prefixItems", "properties", "propertyNames",
    "required", "then", "type", "unevaluatedItems", "unevaluatedProperties", "uniqueItems",
  ]
}
