import KernelProtocol

extension SchemaEvaluation {
  mutating func checkConstant(_ number: Int, _ question: Question) -> Bool {
    let constant = program.constants[number]
    return equals(question.place, constant.value, question.node)
      || fail("const", question) { constant.text }
  }

  mutating func checkChoice(_ choice: SchemaChoice, _ question: Question) -> Bool {
    isAmong(choice, question)
      || fail("enum", question) {
        let shown = choice.values.prefix(8).map(\.shortened).joined(separator: ", ")
        let rest = choice.values.count - 8
        return "one of \(shown)\(rest > 0 ? " and \(rest) more" : "")"
      }
  }

  private mutating func isAmong(_ choice: SchemaChoice, _ question: Question) -> Bool {
    switch question.token.kind {
    case .string, .key: return withCharacters(of: question.token) { choice.contains($0) }
    case .integer, .double: return choice.contains(SchemaNumber(question.token, in: bytes))
    default:
      for other in choice.others where equals(question.place, other, question.node) { return true }
      return false
    }
  }

  /// Whether the value at a place of the tape is equal to a constant.
  mutating func equals(_ place: Int, _ constant: SchemaConstant, _ node: Int32) -> Bool {
    guard take(1, node) else { return false }
    let token = tape.tokens[place]
    switch (constant, token.kind) {
    case (.null, .null), (.bool(true), .true), (.bool(false), .false): return true
    case (.number(let number), .integer), (.number(let number), .double):
      return number == SchemaNumber(token, in: bytes)
    case (.string(let text), .string), (.string(let text), .key):
      return withCharacters(of: token) { characters in
        text.withUnsafeBytes { ByteOrder.compare(characters, $0) == 0 }
      }
    case (.array(let elements), .array): return equals(token, at: place, elements, node)
    case (.object(let members), .object): return equals(token, at: place, members, node)
    default: return false
    }
  }

  private mutating func equals(
    _ token: JSONToken, at place: Int, _ elements: [SchemaConstant], _ node: Int32
  ) -> Bool {
    guard elements.count == Int(token.extent) else { return false }
    var place = place + 1
    for element in elements {
      guard equals(place, element, node) else { return false }
      place = Int(tape.tokens[place].next)
    }
    return true
  }

  private mutating func equals(
    _ token: JSONToken, at place: Int, _ members: [(key: [UInt8], value: SchemaConstant)],
    _ node: Int32
  ) -> Bool {
    guard members.count <= Int(token.extent) else { return false }
    var seen = NameSet()
    var found = 0
    var place = place + 1
    while place < Int(token.next) {
      let index = withCharacters(of: tape.tokens[place]) { key in
        ByteOrder.search(count: members.count) { index in
          members[index].key.withUnsafeBytes { ByteOrder.compare(key, $0) }
        }
      }
      guard let index, equals(place + 1, members[index].value, node) else { return false }
      if seen.insert(index) { found += 1 }
      place = Int(tape.tokens[place + 1].next)
    }
    return found == members.count
  }
}
