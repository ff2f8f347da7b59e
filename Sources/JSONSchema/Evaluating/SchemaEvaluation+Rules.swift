import KernelProtocol

extension SchemaEvaluation {
  /// Whether the value meets one demand. A demand on another type of value is met.
  mutating func check(_ rule: SchemaRule, _ question: Question, floor: Int) -> Bool {
    switch rule {
    case .members, .items, .prefixItems, .contains, .unevaluatedItems, .unevaluatedProperties,
      .minimumItems, .maximumItems, .uniqueItems, .minimumProperties, .maximumProperties:
      checkContainer(rule, question, floor: floor)
    case .allOf, .anyOf, .oneOf, .not, .condition, .reference, .dynamicReference:
      checkCombination(rule, question)
    case .minimum, .exclusiveMinimum, .maximum, .exclusiveMaximum, .multipleOf:
      checkNumber(rule, question)
    case .minimumLength, .maximumLength, .pattern, .format:
      checkString(rule, question)
    case .constant(let number): checkConstant(Int(number), question)
    case .choice(let number): checkChoice(program.choices[Int(number)], question)
    }
  }

  private mutating func checkContainer(
    _ rule: SchemaRule, _ question: Question, floor: Int
  ) -> Bool {
    switch question.token.kind {
    case .object: checkObject(rule, question, floor: floor)
    case .array: checkArray(rule, question, floor: floor)
    default: true
    }
  }

  private mutating func checkNumber(_ rule: SchemaRule, _ question: Question) -> Bool {
    guard question.token.kind == .integer || question.token.kind == .double else { return true }
    let number = SchemaNumber(question.token, in: bytes)
    switch rule {
    case .minimum(let limit):
      return number >= limit
        || fail("minimum", question) { "a number of at least \(limit)" }
    case .exclusiveMinimum(let limit):
      return number > limit
        || fail("exclusiveMinimum", question) { "a number above \(limit)" }
    case .maximum(let limit):
      return number <= limit
        || fail("maximum", question) { "a number of at most \(limit)" }
    case .exclusiveMaximum(let limit):
      return number < limit
        || fail("exclusiveMaximum", question) { "a number below \(limit)" }
    case .multipleOf(let divisor):
      return isMultiple(question.token, number, of: divisor)
        || fail("multipleOf", question) { "a multiple of \(divisor)" }
    default: return true
    }
  }

  private func isMultiple(
    _ token: JSONToken, _ number: SchemaNumber, of divisor: JSONDecimal
  ) -> Bool {
    if case .integer(let integer) = number, divisor.exponent == 0 {
      return integer.magnitude % divisor.mantissa == 0
    }
    guard let decimal = token.decimal(in: bytes) ?? number.decimal else { return false }
    return decimal.isMultiple(of: divisor)
  }

  private mutating func checkString(_ rule: SchemaRule, _ question: Question) -> Bool {
    guard question.token.kind == .string || question.token.kind == .key else { return true }
    switch rule {
    case .minimumLength(let count):
      return hasLength(atLeast: count, question)
        || fail("minLength", question) { "at least \(Self.count(count, "character"))" }
    case .maximumLength(let count):
      return !hasLength(atLeast: count + 1, question)
        || fail("maxLength", question) { "at most \(Self.count(count, "character"))" }
    case .pattern(let number):
      let pattern = program.patterns[Int(number)]
      guard take(pattern.cost(ofLength: Int(question.token.extent)), question.node) else {
        return false
      }
      return withCharacters(of: question.token) { pattern.matches($0) }
        || fail("pattern", question) { "text that matches `\(pattern.source)`" }
    case .format(let format):
      return withCharacters(of: question.token) { format.matches($0) }
        || fail("format", question) { "text in the format `\(format.rawValue)`" }
    default: return true
    }
  }

  /// Counts Unicode scalars only when the bytes leave a doubt.
  private func hasLength(atLeast count: Int, _ question: Question) -> Bool {
    let length = Int(question.token.extent)
    guard length >= count else { return false }
    // Twelve bytes for a scalar in two escapes are the most.
    if length / 12 >= count { return true }
    return withCharacters(of: question.token) { text in
      text.count { $0 & 0xC0 != 0x80 }
    } >= count
  }

  /// The characters of a string or key as UTF-8, its escapes resolved.
  func withCharacters<Result>(
    of token: JSONToken, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    guard token.hasEscapes else {
      return body(UnsafeRawBufferPointer(rebasing: bytes[token.range]))
    }
    var characters: [UInt8] = []
    token.appendCharacters(in: bytes, to: &characters)
    return characters.withUnsafeBytes(body)
  }

  static func count(_ count: Int, _ what: String) -> String {
    "\(count) \(what)\(count == 1 ? "" : "s")"
  }
}
