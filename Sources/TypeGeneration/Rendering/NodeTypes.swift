import KernelProtocol

/// A declaration file for TypeScript and for editors of JavaScript, merged with the SDK's own.
struct NodeTypes {
  let model: TypeModel

  var text: String {
    var source = SourceText()
    source.line("// \(SourceText.origin)")
    source.line("// An editor knows the payloads once the project includes this file.")
    source.line("import \"parley\";")
    source.line()
    for declaration in model.declarations { render(declaration, to: &source) }
    source.line("declare module \"parley\" {")
    source.line("  interface Events {")
    for event in model.events {
      comment(event.summary, "    ", to: &source)
      source.line("    \(SourceText.quoted(event.name)): \(type(event.payload));")
    }
    source.line("  }")
    table("Methods", model.methods.filter { !$0.isStream }, to: &source)
    table("Streams", model.methods.filter(\.isStream), to: &source)
    source.line("}")
    return source.text
  }

  private func table(
    _ name: String, _ methods: [TypeModel.Method], to source: inout SourceText
  ) {
    source.line("  interface \(name) {")
    for method in methods {
      comment(method.summary, "    ", to: &source)
      source.line(
        "    \(SourceText.quoted(method.name)): "
          + "{ params: \(type(method.params)); result: \(type(method.result)) };")
    }
    source.line("  }")
  }

  private func render(_ declaration: TypeDeclaration, to source: inout SourceText) {
    comment(declaration.summary, "", to: &source)
    switch declaration.body {
    case .alias(let shape): source.line("export type \(declaration.name) = \(type(shape));")
    case .object(let fields):
      // A type, not an interface: only that can stand where an object with any keys is wanted.
      source.line("export type \(declaration.name) = {")
      for field in fields {
        comment(field.summary, "  ", to: &source)
        let mark = field.isRequired ? "" : "?"
        source.line("  \(SourceText.quoted(field.name))\(mark): \(type(field.shape));")
      }
      source.line("};")
    }
    source.line()
  }

  private func comment(_ text: String?, _ indentation: String, to source: inout SourceText) {
    guard let text else { return }
    let safe = text.replacing("*/", with: "* /").replacing("\n", with: " ")
    source.line("\(indentation)/** \(safe) */")
  }

  private func type(_ shape: TypeShape) -> String {
    switch shape {
    case .any: "any"
    case .null: "null"
    case .boolean: "boolean"
    case .integer, .number: "number"
    case .string: "string"
    case .literals(let values): "(\(values.map(\.description).joined(separator: " | ")))"
    case .array(let element): "Array<\(type(element))>"
    case .map(let value): "Record<string, \(type(value))>"
    case .union(let shapes): "(\(shapes.map(type).joined(separator: " | ")))"
    case .named(let name): name
    }
  }
}
