import KernelProtocol

/// Signatures for Ruby, in RBS.
struct RubyTypes {
  let model: TypeModel

  var text: String {
    var source = SourceText()
    source.line("# \(SourceText.origin)")
    source.line("# Keys that may be left out need RBS 3.5 or newer.")
    source.line("module ParleyTypes")
    for declaration in model.declarations { render(declaration, to: &source) }
    source.line("end")
    source.line()
    source.line("# What a plugin calls; its own objects have these methods as private ones.")
    source.line("class Object")
    methods(to: &source)
    source.line("end")
    return source.text
  }

  private func methods(to source: inout SourceText) {
    overloads(
      "emit",
      model.events.map {
        "(\(SourceText.quoted($0.name)), \(type($0.payload)), **untyped) -> untyped"
      }, to: &source)
    overloads(
      "on",
      model.events.map {
        "(\(SourceText.quoted($0.name)), **untyped) { (\(type($0.payload))) -> untyped } -> untyped"
      } + ["(String, **untyped) { (untyped) -> untyped } -> untyped"], to: &source)
    overloads(
      "call",
      model.methods.filter { !$0.isStream }.map {
        "(\(parameters($0)), **untyped) -> \(type($0.result))"
      }, to: &source)
    overloads(
      "stream",
      model.methods.filter(\.isStream).map {
        "(\(parameters($0)), **untyped) -> Enumerator[\(type($0.result)), untyped]"
      }, to: &source)
  }

  private func parameters(_ method: TypeModel.Method) -> String {
    "\(SourceText.quoted(method.name)), \(method.needsNoParams ? "?" : "")\(type(method.params))"
  }

  private func overloads(_ name: String, _ signatures: [String], to source: inout SourceText) {
    for (number, signature) in signatures.enumerated() {
      let start = number == 0 ? "  def \(name): " : "      | "
      source.line(start + signature)
    }
  }

  private func render(_ declaration: TypeDeclaration, to source: inout SourceText) {
    source.comment(declaration.summary, "  #")
    let name = TypeName.snake(declaration.name)
    switch declaration.body {
    case .alias(let shape): source.line("  type \(name) = \(type(shape))")
    case .object(let fields):
      guard !fields.isEmpty else {
        return source.line("  type \(name) = Hash[String, untyped]")
      }
      let members = fields.map { field in
        "    \(field.isRequired ? "" : "?")\(SourceText.quoted(field.name)) => \(type(field.shape))"
      }
      source.line("  type \(name) = {\n\(members.joined(separator: ",\n"))\n  }")
    }
    source.line()
  }

  private func type(_ shape: TypeShape) -> String {
    switch shape {
    case .any: "untyped"
    case .null: "nil"
    case .boolean: "bool"
    case .integer: "Integer"
    case .number: "(Integer | Float)"
    case .string: "String"
    case .literals(let values): "(\(values.map(text).joined(separator: " | ")))"
    case .array(let element): "Array[\(type(element))]"
    case .map(let value): "Hash[String, \(type(value))]"
    case .union(let shapes): "(\(shapes.map(type).joined(separator: " | ")))"
    case .named(let name): "ParleyTypes::\(TypeName.snake(name))"
    }
  }

  private func text(_ value: JSONValue) -> String { value.isNull ? "nil" : value.description }
}
