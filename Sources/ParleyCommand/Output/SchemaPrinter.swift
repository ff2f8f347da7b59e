import JSONSchema
import Parley

/// Prints what `parley schema` found: as one JSON object for scripts, or in words.
struct SchemaPrinter {
  let isJSON: Bool

  private var terminal: Terminal { .standardOutput }

  /// A schema or file that cannot be used.
  func show(_ problem: SchemaFileProblem) {
    guard !isJSON else { return OutcomePrinter(isJSON: true).print(problem.json) }
    Terminal.standardError.line("parley: \(problem.description)")
  }

  func show(_ violations: [SchemaViolation], schema: String, instance: String?) {
    guard !isJSON else {
      return OutcomePrinter(isJSON: true).print([
        "valid": .bool(violations.isEmpty), "errors": .array(violations.map(json)),
      ])
    }
    if violations.isEmpty {
      let subject = instance ?? "the schema \(schema)"
      return terminal.line("\(terminal.style("✓", .green)) \(subject) is valid")
    }
    for violation in violations { show(violation, indentation: "") }
  }

  private func show(_ violation: SchemaViolation, indentation: String) {
    let keyword = terminal.style("(\(violation.keyword))", .dim)
    terminal.line("\(indentation)\(violation) \(keyword)")
    for cause in violation.causes { show(cause, indentation: indentation + "  ") }
  }

  private func json(_ violation: SchemaViolation) -> JSONValue {
    var object: JSONObject = [
      "pointer": .string("\(violation.instance)"), "keyword": .string("\(violation.keyword)"),
      "expected": .string(violation.expected), "got": .string(violation.got),
    ]
    if !violation.causes.isEmpty { object["causes"] = .array(violation.causes.map(json)) }
    return .object(object)
  }

  func show(_ comparison: SchemaComparison) {
    guard !isJSON else {
      return OutcomePrinter(isJSON: true).print([
        "compatible": .bool(comparison.isCompatible),
        "changes": .array(comparison.changes.map(json)),
      ])
    }
    for change in comparison.changes {
      let mark = change.isCompatible ? terminal.style("✓", .green) : terminal.style("✗", .red)
      let pointer = change.pointer.tokens.isEmpty ? "the schema" : "\(change.pointer)"
      terminal.line("\(mark) \(pointer): \(change.summary)")
      if !change.isCompatible { terminal.line("    \(change.verdict)") }
    }
    if comparison.changes.isEmpty { terminal.line("the two schemas demand the same") }
  }

  private func json(_ change: SchemaChange) -> JSONValue {
    var breaks: [String] = []
    if change.breaks.contains(.consumers) { breaks.append("consumers") }
    if change.breaks.contains(.emitters) { breaks.append("emitters") }
    return [
      "pointer": .string("\(change.pointer)"), "change": .string(change.summary),
      "compatible": .bool(change.isCompatible), "breaks": JSONValue(breaks),
      "certain": .bool(change.isCertain),
    ]
  }
}
