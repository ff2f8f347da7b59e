import KernelProtocol

/// A module for Python: `from parley_types import call, emit, on`.
struct PythonTypes {
  let model: TypeModel

  var text: String {
    var source = SourceText()
    source.line("\"\"\"\(SourceText.origin)")
    source.line()
    source.line(
      "Import `call`, `emit`, `on` and `stream` from here, and a type checker knows their payloads."
    )
    source.line("Inside `async def` write `await call_async(...)`; it is the same function.")
    source.line("\"\"\"")
    source.line()
    source.line("from __future__ import annotations")
    source.line()
    source.line("from typing import TYPE_CHECKING, Any, Dict, List, Literal, TypedDict, Union")
    source.line()
    for declaration in model.declarations { render(declaration, to: &source) }
    source.line("if TYPE_CHECKING:")
    source.line(
      "    from typing import Awaitable, Callable, Generic, NotRequired, Optional, TypeAlias, TypeVar, overload"
    )
    source.line()
    source.line("    _Item = TypeVar(\"_Item\")")
    source.line()
    source.line("    class Items(Generic[_Item]):")
    source.line("        \"\"\"What `stream` gives: for `for` and for `async for`.\"\"\"")
    source.line()
    source.line("        def __iter__(self) -> Items[_Item]: ...")
    source.line("        def __next__(self) -> _Item: ...")
    source.line("        def __aiter__(self) -> Items[_Item]: ...")
    source.line("        async def __anext__(self) -> _Item: ...")
    source.line()
    renderFunctions(to: &source)
    source.line("else:")
    source.line("    from parley import call, emit, on, stream")
    source.line()
    source.line("    call_async = call")
    return source.text
  }

  private func renderFunctions(to source: inout SourceText) {
    overloads(
      "emit",
      model.events.map { event in
        "event: \(literal(event.name)), payload: \(type(event.payload)), **options: Any) -> Any"
      }, to: &source)
    overloads(
      "on",
      model.events.flatMap { event in
        let handler = "Callable[[\(type(event.payload))], Any]"
        return [
          "event: \(literal(event.name))) -> Callable[[\(handler)], Any]",
          "event: \(literal(event.name)), handler: \(handler), **options: Any) -> Any",
        ]
      } + ["event: str, **options: Any) -> Callable[[Callable[[Any], Any]], Any]"], to: &source)
    overloads(
      "stream",
      model.methods.filter(\.isStream).map {
        "\(parameters($0)), *, timeout: Optional[float] = None, window: int = 64) -> Items[\(type($0.result))]"
      }, to: &source)
    let calls = model.methods.filter { !$0.isStream }
    let options = "*, timeout: Optional[float] = None, on_progress: Any = None"
    overloads(
      "call",
      calls.map {
        "\(parameters($0)), \(options)) -> \(type($0.result))"
      }, to: &source)
    guard !calls.isEmpty else { return source.line("    call_async = call") }
    overloads(
      "call_async",
      calls.map {
        "\(parameters($0)), \(options)) -> Awaitable[\(type($0.result))]"
      }, to: &source)
  }

  private func parameters(_ method: TypeModel.Method) -> String {
    let optional = method.needsNoParams
    let params = type(method.params)
    return "method: \(literal(method.name)), params: "
      + (optional ? "Optional[\(params)] = None" : params)
  }

  /// A function with a signature for each name; one signature alone is none too many to overload.
  private func overloads(_ name: String, _ signatures: [String], to source: inout SourceText) {
    for signature in signatures {
      if signatures.count > 1 { source.line("    @overload") }
      source.line("    def \(name)(\(signature): ...")
    }
    if signatures.count > 1 {
      source.line("    def \(name)(*arguments: Any, **options: Any) -> Any: ...")
    }
    if signatures.isEmpty { source.line("    from parley import \(name) as \(name)") }
    source.line()
  }

  private func render(_ declaration: TypeDeclaration, to source: inout SourceText) {
    source.comment(declaration.summary, "#")
    switch declaration.body {
    case .alias(let shape):
      // As text, because it may name what comes after it.
      source.line("\(declaration.name): TypeAlias = \(SourceText.quoted(type(shape)))")
    case .object(let fields):
      source.line("\(declaration.name) = TypedDict(")
      source.line("    \"\(declaration.name)\",")
      source.line("    {")
      for field in fields {
        source.comment(field.summary, "        #")
        let type = type(field.shape)
        let text = field.isRequired ? type : "NotRequired[\(type)]"
        source.line("        \(SourceText.quoted(field.name)): \(SourceText.quoted(text)),")
      }
      source.line("    },")
      source.line(")")
    }
    source.line()
  }

  private func literal(_ name: String) -> String { "Literal[\(SourceText.quoted(name))]" }

  private func type(_ shape: TypeShape) -> String {
    switch shape {
    case .any: "Any"
    case .null: "None"
    case .boolean: "bool"
    case .integer: "int"
    case .number: "float"
    case .string: "str"
    case .literals(let values): "Literal[\(values.map(text).joined(separator: ", "))]"
    case .array(let element): "List[\(type(element))]"
    case .map(let value): "Dict[str, \(type(value))]"
    case .union(let shapes): "Union[\(shapes.map(type).joined(separator: ", "))]"
    case .named(let name): name
    }
  }

  private func text(_ value: JSONValue) -> String {
    switch value {
    case .null: "None"
    case .bool(let bool): bool ? "True" : "False"
    default: value.description
    }
  }
}
