import KernelProtocol

/// Annotations for the Lua language server.
struct LuaTypes {
  let model: TypeModel

  var text: String {
    var source = SourceText()
    source.line("---@meta parley_types")
    source.line("-- \(SourceText.origin)")
    source.line()
    for declaration in model.declarations { render(declaration, to: &source) }
    source.line("---@class parley")
    source.line("parley = {}")
    source.line()
    function(
      "emit", "event, payload, options",
      model.events.map {
        "fun(event: \(SourceText.quoted($0.name)), payload: \(type($0.payload)), options?: table): any"
      }, to: &source)
    function(
      "on", "pattern, handler, options",
      model.events.map {
        "fun(pattern: \(SourceText.quoted($0.name)), "
          + "handler: fun(event: \(type($0.payload))), options?: table): table"
      }, to: &source)
    function(
      "call", "method, params, options",
      model.methods.filter { !$0.isStream }.map {
        "fun(\(parameters($0)), options?: table): \(type($0.result))"
      }, to: &source)
    function(
      "stream", "method, params, options",
      model.methods.filter(\.isStream).map {
        "fun(\(parameters($0)), options?: table): fun(): \(type($0.result))"
      }, to: &source)
    return source.text
  }

  private func parameters(_ method: TypeModel.Method) -> String {
    "method: \(SourceText.quoted(method.name)), "
      + "params\(method.needsNoParams ? "?" : ""): \(type(method.params))"
  }

  private func function(
    _ name: String, _ parameters: String, _ overloads: [String], to source: inout SourceText
  ) {
    for overload in overloads { source.line("---@overload \(overload)") }
    source.line("function parley.\(name)(\(parameters)) end")
    source.line()
  }

  private func render(_ declaration: TypeDeclaration, to source: inout SourceText) {
    source.comment(declaration.summary, "---")
    switch declaration.body {
    case .alias(let shape): source.line("---@alias \(declaration.name) \(type(shape))")
    case .object(let fields):
      source.line("---@class \(declaration.name)")
      for field in fields {
        let name = TypeName.isPlain(field.name) ? field.name : "[\(SourceText.quoted(field.name))]"
        let optional = field.isRequired || !TypeName.isPlain(field.name) ? "" : "?"
        let missing = field.isRequired || optional == "?" ? "" : "|nil"
        let summary = field.summary.map { " # \($0.replacing("\n", with: " "))" } ?? ""
        source.line("---@field \(name)\(optional) \(type(field.shape))\(missing)\(summary)")
      }
    }
    source.line()
  }

  private func type(_ shape: TypeShape) -> String {
    switch shape {
    case .any: "any"
    // `parley.null`, which is a value; a nil would be no member at all.
    case .null: "lightuserdata"
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .literals(let values):
      "(\(values.map { $0.isNull ? "lightuserdata" : $0.description }.joined(separator: "|")))"
    case .array(let element): "(\(type(element)))[]"
    case .map(let value): "table<string, \(type(value))>"
    case .union(let shapes): "(\(shapes.map(type).joined(separator: "|")))"
    case .named(let name): name
    }
  }
}
