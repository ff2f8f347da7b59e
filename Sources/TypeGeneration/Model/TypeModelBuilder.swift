import KernelProtocol

/// Turns schemas into shapes and declarations.
///
/// What a language's types cannot say, such as a smallest number, is left to the schema: a type may
/// allow more than the schema does, never less.
struct TypeModelBuilder {
  private(set) var declarations: [TypeDeclaration] = []
  private var names: Set<String> = []
  /// The document that is being read, its name, and what its references have become.
  private var document: JSONValue = .null
  private var documentName = ""
  private var references: [String: TypeShape] = [:]

  mutating func method(
    _ method: PluginInterface.Method, of plugin: String
  ) -> TypeModel.Method {
    let name = TypeName.of(method.name)
    let params = shape(ofObject: method.params, named: name + "Params")
    let item = method.isStream ? "Item" : "Result"
    return TypeModel.Method(
      name: method.name, provider: plugin, params: params,
      result: method.result.map { shape(of: $0, named: name + item) } ?? .any,
      isStream: method.isStream, summary: method.summary, needsNoParams: needsNothing(params))
  }

  private func needsNothing(_ shape: TypeShape) -> Bool {
    guard case .named(let name) = shape else { return true }
    return declarations.first { $0.name == name }?.fields.allSatisfy { !$0.isRequired } ?? true
  }

  /// The shape of a payload or of parameters, which are objects whether the schema says so or not.
  mutating func shape(ofObject schema: JSONValue?, named name: String) -> TypeShape {
    guard let schema else { return .map(.any) }
    let shape = shape(of: schema, named: name)
    return shape == .any ? .map(.any) : shape
  }

  /// The shape of a schema that is a document of its own.
  mutating func shape(of schema: JSONValue, named name: String) -> TypeShape {
    document = schema
    documentName = name
    references = [:]
    guard schema["properties"] != nil else { return shape(schema, name) }
    let own = declare(name, summary: schema["description"]?.stringValue)
    documentName = own
    references["#"] = .named(own)
    return shape(schema, own, isDeclared: true)
  }

  /// - Parameter isDeclared: whether the name has been declared for this very schema.
  private mutating func shape(
    _ schema: JSONValue, _ name: String, isDeclared: Bool = false
  ) -> TypeShape {
    guard let object = schema.objectValue else { return .any }
    if let reference = object["$ref"]?.stringValue { return self.reference(reference) }
    if let constant = object["const"] { return Self.literals([constant]) }
    if let values = object["enum"]?.arrayValue { return Self.literals(values) }
    if object["properties"] != nil || object["allOf"] != nil {
      return fields(object, name, isDeclared)
    }
    if let alternatives = (object["oneOf"] ?? object["anyOf"])?.arrayValue {
      return .oneOf(
        alternatives.enumerated().map { shape($0.element, "\(name)\($0.offset + 1)") })
    }
    let types = object["type"]?.arrayValue ?? object["type"].map { [$0] } ?? []
    return .oneOf(types.map { shape(ofType: $0.stringValue ?? "", object, name) })
  }

  private mutating func shape(
    ofType type: String, _ object: JSONObject, _ name: String
  ) -> TypeShape {
    switch type {
    case "null": .null
    case "boolean": .boolean
    case "integer": .integer
    case "number": .number
    case "string": .string
    case "array":
      .array(
        object["prefixItems"] == nil
          ? object["items"].map { shape($0, name + "Item") } ?? .any : .any)
    case "object":
      .map(object["additionalProperties"].map { shape($0, name + "Value") } ?? .any)
    default: .any
    }
  }

  /// Declares an object with the fields of the schema and of those in its `allOf`.
  private mutating func fields(
    _ object: JSONObject, _ name: String, _ isDeclared: Bool
  ) -> TypeShape {
    let parts = parts(of: object)
    let properties = parts.flatMap { part in Array(part["properties"]?.objectValue ?? [:]) }
    let required = Set(parts.flatMap { $0["required"]?.arrayValue ?? [] }.compactMap(\.stringValue))
    guard !properties.isEmpty else { return object["type"] == "object" ? .map(.any) : .any }
    let own = isDeclared ? name : declare(name, summary: object["description"]?.stringValue)
    var fields: [TypeDeclaration.Field] = []
    for member in properties where !fields.contains(where: { $0.name == member.key }) {
      fields.append(
        TypeDeclaration.Field(
          name: member.key, shape: shape(member.value, own + TypeName.of(member.key)),
          isRequired: required.contains(member.key),
          summary: member.value["description"]?.stringValue))
    }
    define(own, .object(fields))
    return .named(own)
  }

  /// A schema and all that its `allOf` adds, references followed.
  private func parts(of object: JSONObject) -> [JSONObject] {
    var parts: [JSONObject] = []
    var pending = [object]
    var visited: Set<String> = []
    while let part = pending.popLast() {
      parts.append(part)
      if parts.count > 1, let reference = part["$ref"]?.stringValue,
        visited.insert(reference).inserted, let target = target(of: reference)?.objectValue
      {
        pending.append(target)
      }
      pending += (part["allOf"]?.arrayValue ?? []).reversed().compactMap(\.objectValue)
    }
    return parts
  }

  /// A reference within the document; another one says nothing about the type.
  private mutating func reference(_ reference: String) -> TypeShape {
    if let known = references[reference] { return known }
    guard let target = target(of: reference) else { return .any }
    let last = reference.split(separator: "/").last.map(String.init) ?? ""
    let name = reference == "#" ? documentName : documentName + TypeName.of(last)
    // Named before it is looked into, so that it may refer to itself.
    let own = declare(name, summary: target["description"]?.stringValue)
    references[reference] = .named(own)
    let inner = shape(target, own, isDeclared: true)
    if inner != .named(own) { define(own, .alias(inner)) }
    return .named(own)
  }

  private func target(of reference: String) -> JSONValue? {
    guard reference.hasPrefix("#") else { return nil }
    return JSONPointer(parsing: String(reference.dropFirst())).flatMap { document[$0] }
  }

  /// Reserves a name and a place for a declaration.
  private mutating func declare(_ name: String, summary: String?) -> String {
    var own = name
    var number = 2
    while !names.insert(own).inserted {
      own = "\(name)\(number)"
      number += 1
    }
    declarations.append(TypeDeclaration(name: own, body: .alias(.any), summary: summary))
    return own
  }

  private mutating func define(_ name: String, _ body: TypeDeclaration.Body) {
    guard let index = declarations.firstIndex(where: { $0.name == name }) else { return }
    declarations[index].body = body
  }

  private static func literals(_ values: [JSONValue]) -> TypeShape {
    let areLiterals = values.allSatisfy { value in
      switch value {
      case .null, .bool, .integer, .string: true
      default: false
      }
    }
    return areLiterals && !values.isEmpty ? .literals(values) : .any
  }
}
