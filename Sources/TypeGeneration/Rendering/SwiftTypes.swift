import KernelProtocol

/// Codable structures for an application in Swift, and calls of ``Client`` that take them.
struct SwiftTypes {
  let model: TypeModel

  var text: String {
    var source = SourceText()
    source.line("// \(SourceText.origin)")
    source.line("import Parley")
    source.line()
    source.line("/// What the schemas describe.")
    source.line("public enum Payloads {")
    for declaration in model.declarations { render(declaration, to: &source) }
    source.line("}")
    source.line()
    source.line("/// The events, as types.")
    source.line("public enum Events {")
    for event in model.events { render(event, to: &source) }
    source.line("}")
    source.line()
    source.line("/// The methods, as types.")
    source.line("public enum Methods {")
    for method in model.methods { render(method, to: &source) }
    source.line("}")
    source.line()
    source.line(Self.calls)
    return source.text
  }

  private func render(_ event: TypeModel.Event, to source: inout SourceText) {
    source.comment(event.summary, "  ///")
    source.line("  public enum \(TypeName.of(event.name)): TypedEvent {")
    source.line("    public typealias Payload = \(type(event.payload))")
    source.line("    public static let name = \(SourceText.quoted(event.name))")
    source.line("  }")
  }

  private func render(_ method: TypeModel.Method, to source: inout SourceText) {
    source.comment(method.summary, "  ///")
    source.line("  public enum \(TypeName.of(method.name)): TypedMethod {")
    source.line("    public typealias Params = \(type(method.params))")
    source.line("    public typealias Result = \(type(method.result))")
    source.line("    public static let name = \(SourceText.quoted(method.name))")
    source.line("  }")
  }

  private func render(_ declaration: TypeDeclaration, to source: inout SourceText) {
    source.comment(declaration.summary, "///")
    switch declaration.body {
    case .alias(let shape):
      source.line("public typealias \(declaration.name) = \(type(shape))")
    case .object(let fields): render(declaration.name, fields, to: &source)
    }
    source.line()
  }

  private func render(
    _ name: String, _ fields: [TypeDeclaration.Field], to source: inout SourceText
  ) {
    let members = fields.map { field in
      (
        field: field, name: TypeName.isPlain(field.name) ? field.name : TypeName.camel(field.name),
        type: type(of: field, in: name) + (field.isRequired ? "" : "?")
      )
    }
    source.line("public struct \(name): Codable, Sendable {")
    for member in members {
      source.comment(member.field.summary, "  ///")
      source.line("  public var `\(member.name)`: \(member.type)")
    }
    source.line()
    let parameters = members.map {
      "`\($0.name)`: \($0.type)\($0.field.isRequired ? "" : " = nil")"
    }
    source.line("  public init(\(parameters.joined(separator: ", "))) {")
    for member in members { source.line("    self.`\(member.name)` = `\(member.name)`") }
    source.line("  }")
    source.line()
    source.line("  private enum CodingKeys: String, CodingKey {")
    for member in members {
      source.line("    case `\(member.name)` = \(SourceText.quoted(member.field.name))")
    }
    source.line("  }")
    for member in members { renderChoices(member.field, to: &source) }
    source.line("}")
  }

  /// Texts of which one must be chosen are cases of an enum within the structure.
  private func renderChoices(
    _ field: TypeDeclaration.Field, to source: inout SourceText
  ) {
    guard case .literals(let values) = field.shape, let texts = Self.texts(values) else { return }
    source.line()
    source.line("  public enum \(TypeName.of(field.name)): String, Codable, Sendable {")
    for text in texts {
      source.line("    case `\(TypeName.camel(text))` = \(SourceText.quoted(text))")
    }
    source.line("  }")
  }

  /// nil when they are not all text, or would not become different names.
  private static func texts(_ values: [JSONValue]) -> [String]? {
    let texts = values.compactMap(\.stringValue)
    let names = Set(texts.map(TypeName.camel))
    return texts.count == values.count && names.count == texts.count ? texts : nil
  }

  private func type(of field: TypeDeclaration.Field, in owner: String) -> String {
    if case .named(let inner) = field.shape, inner == owner || holds(inner, owner) {
      return "JSONValue"
    }
    if case .literals(let values) = field.shape, Self.texts(values) != nil {
      return TypeName.of(field.name)
    }
    return type(field.shape)
  }

  /// Whether a structure would hold itself, which a value cannot.
  private func holds(_ name: String, _ sought: String, _ visited: Set<String> = []) -> Bool {
    guard !visited.contains(name) else { return false }
    return (model.declaration(named: name)?.fields ?? []).contains { field in
      guard case .named(let inner) = field.shape else { return false }
      return inner == sought || holds(inner, sought, visited.union([name]))
    }
  }

  private func type(_ shape: TypeShape) -> String {
    switch shape {
    // Several types in one are left as they are in JSON.
    case .any, .null, .union, .literals: "JSONValue"
    case .boolean: "Bool"
    case .integer: "Int"
    case .number: "Double"
    case .string: "String"
    case .array(let element): "[\(type(element))]"
    case .map(.any): "[String: JSONValue]"
    case .map(let value): "[String: \(type(value))]"
    case .named(let name): "Payloads.\(name)"
    }
  }

  /// What ties the types to a client.
  private static let calls = """
    public protocol TypedEvent {
      associatedtype Payload: Codable & Sendable
      static var name: String { get }
    }

    public protocol TypedMethod {
      associatedtype Params: Codable & Sendable
      associatedtype Result: Codable & Sendable
      static var name: String { get }
    }

    extension Client {
      /// Emits an event; how many subscriptions it matched.
      public func emit<Event: TypedEvent>(_ event: Event.Type, _ payload: Event.Payload) async throws -> Int {
        try await emit(Event.name, JSONValue(encoding: payload))
      }

      /// Calls a method.
      public func call<Method: TypedMethod>(_ method: Method.Type, _ params: Method.Params) async throws
        -> Method.Result
      {
        try await call(Method.name, JSONValue(encoding: params)).value.decode()
      }
    }
    """
}
