import KernelProtocol

/// `type`, `const`, `enum` and what is demanded of numbers and text.
extension SchemaCompiler {
  func types(_ site: SchemaSite) throws(SchemaError) -> TypeSet {
    guard let value = site.object["type"] else { return .all }
    let names = value.arrayValue ?? [value]
    var types: TypeSet = []
    for name in names {
      guard let text = name.stringValue, let type = TypeSet(named: text) else {
        let near = name.stringValue.flatMap { NearestNames.best($0, among: TypeSet.names) }
        let hint = near.map { "; did you mean \"\($0)\"?" } ?? ""
        throw site.error(
          "type",
          reason: "expected one of \(TypeSet.names.joined(separator: ", ")), "
            + "got \(name.shortened)\(hint)")
      }
      types.formUnion(type)
    }
    return types
  }

  mutating func values(_ site: SchemaSite) throws(SchemaError) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    if let value = site.object["const"] {
      program.constants.append((SchemaConstant(value), value.shortened))
      rules.append(.constant(Int32(program.constants.count - 1)))
    }
    if let values = try site.array("enum", of: "values") {
      program.choices.append(SchemaChoice(values))
      rules.append(.choice(Int32(program.choices.count - 1)))
    }
    return rules
  }

  func numbers(_ site: SchemaSite) throws(SchemaError) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    if let limit = try site.number("minimum") { rules.append(.minimum(limit)) }
    if let limit = try site.number("exclusiveMinimum") { rules.append(.exclusiveMinimum(limit)) }
    if let limit = try site.number("maximum") { rules.append(.maximum(limit)) }
    if let limit = try site.number("exclusiveMaximum") { rules.append(.exclusiveMaximum(limit)) }
    if let divisor = try site.number("multipleOf") {
      guard divisor > .integer(0), let decimal = divisor.decimal else {
        throw site.mismatch("multipleOf", "a number above 0")
      }
      rules.append(.multipleOf(decimal))
    }
    return rules
  }

  mutating func strings(_ site: SchemaSite) throws(SchemaError) -> [SchemaRule] {
    var rules: [SchemaRule] = []
    if let count = try site.count("minLength") { rules.append(.minimumLength(count)) }
    if let count = try site.count("maxLength") { rules.append(.maximumLength(count)) }
    if let text = try site.text("pattern") {
      rules.append(.pattern(try pattern(text, at: site.location.appending(["pattern"]))))
    }
    return rules
  }

  /// The number of a regular expression; the same one is compiled once.
  mutating func pattern(_ text: String, at location: SchemaLocation) throws(SchemaError) -> Int32 {
    if let known = patternIndex[text] { return known }
    do {
      program.patterns.append(try Pattern(text))
    } catch {
      throw SchemaError(location, "the regular expression `\(text)`: \(error.reason)")
    }
    let number = Int32(program.patterns.count - 1)
    patternIndex[text] = number
    return number
  }

  func format(_ site: SchemaSite) throws(SchemaError) -> [SchemaRule] {
    guard let name = try site.text("format") else { return [] }
    guard let format = SchemaFormat(rawValue: name) else {
      let near = NearestNames.best(name, among: SchemaFormat.allCases.map(\.rawValue))
      let hint = near.map { "; did you mean `\($0)`?" } ?? ""
      throw site.error("format", reason: "the format `\(name)` cannot be checked\(hint)")
    }
    return [.format(format)]
  }
}
