import KernelProtocol

extension SchemaEvaluation {
  /// Notes a violation, when that is asked for.
  ///
  /// - Parameter part: of the keyword, when it has several.
  /// - Returns: false, which is the answer.
  mutating func fail(
    _ keyword: String, part: String? = nil, _ question: Question, at place: Int? = nil,
    got: String? = nil,
    causes: [SchemaReport.Finding] = [], _ expected: () -> String
  ) -> Bool {
    guard report != nil else { return false }
    report?.note(
      SchemaReport.Finding(
        node: question.node, keyword: [keyword] + (part.map { [$0] } ?? []),
        place: place ?? question.place,
        expected: expected(), got: got, causes: causes))
    return false
  }

  mutating func failType(_ schema: SchemaNode, _ node: Int32, at place: Int) -> Bool {
    // The schema `false` is no keyword of its own.
    let keyword = schema.types.isEmpty ? [] : ["type"]
    let expected = schema.types.isEmpty ? "nothing to be here" : schema.types.description
    report?.note(
      SchemaReport.Finding(
        node: node, keyword: keyword, place: place, expected: expected, got: nil, causes: []))
    return false
  }

  /// Walks the whole value and says what is wrong.
  mutating func explain(_ root: Int32, limit: Int) -> [SchemaViolation] {
    report = SchemaReport(limit: limit)
    let isAccepted = run(root)
    if let abandonment { return [violation(of: abandonment)] }
    guard !isAccepted, let report else { return [] }
    return report.findings.map { violation(of: $0, sensitive: report.sensitive) }
  }

  private func violation(of abandonment: Abandonment) -> SchemaViolation {
    let (node, expected) =
      switch abandonment {
      case .tooManySteps(let node):
        (node, "a value that can be checked within a number of steps in proportion to its size")
      case .tooDeep(let node):
        (node, "a value that can be checked within \(Self.maximumDepth) schemas in each other")
      }
    return SchemaViolation(
      instance: JSONPointer(), keyword: program.locations[Int(node)], expected: expected,
      got: "one for which the schema asks itself over and over again")
  }

  private func violation(
    of finding: SchemaReport.Finding, sensitive: Set<Int>
  ) -> SchemaViolation {
    let way = way(to: finding.place)
    let isSensitive = !sensitive.isDisjoint(with: way.places)
    return SchemaViolation(
      instance: way.pointer,
      keyword: program.locations[Int(finding.node)].appending(finding.keyword),
      expected: finding.expected,
      got: finding.got ?? shown(finding.place, isSensitive: isSensitive),
      causes: finding.causes.map { violation(of: $0, sensitive: sensitive) })
  }

  /// The pointer to a place of the tape, and the places on the way. A key's is its value's.
  private func way(to target: Int) -> (pointer: JSONPointer, places: [Int]) {
    let target = tape.tokens[target].kind == .key ? target + 1 : target
    var tokens: [String] = []
    var places = [0]
    var place = 0
    while place != target {
      let container = tape.tokens[place]
      let isObject = container.kind == .object
      var child = place + 1
      var index = 0
      while child < Int(container.next) {
        let value = isObject ? child + 1 : child
        let next = Int(tape.tokens[value].next)
        if value <= target, target < next {
          tokens.append(isObject ? tape.tokens[child].string(in: bytes) : String(index))
          places.append(value)
          place = value
          break
        }
        child = next
        index += 1
      }
      guard places.last == place, child < Int(container.next) else { break }
    }
    return (JSONPointer(tokens), places)
  }

  private func shown(_ place: Int, isSensitive: Bool) -> String {
    let token = tape.tokens[place]
    let kind =
      switch token.kind {
      case .null: "null"
      case .true, .false: "a boolean"
      case .integer, .double: "a number"
      case .string: "a string"
      case .key: "a key"
      case .array: "an array of \(token.extent)"
      case .object: "an object of \(token.extent)"
      }
    switch token.kind {
    case .integer, .double, .true, .false:
      return isSensitive ? kind : String(decoding: bytes[token.range], as: UTF8.self)
    case .string:
      return isSensitive ? kind : JSONValue.string(token.string(in: bytes)).shortened
    case .key: return "the key \(JSONValue.string(token.string(in: bytes)).shortened)"
    default: return kind
    }
  }
}
