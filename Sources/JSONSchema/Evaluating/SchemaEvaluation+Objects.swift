import KernelProtocol

extension SchemaEvaluation {
  mutating func checkObject(_ rule: SchemaRule, _ question: Question, floor: Int) -> Bool {
    switch rule {
    case .members(let number):
      return checkMembers(program.members[Int(number)], question)
    case .minimumProperties(let count):
      return countProperties(question) >= count
        || fail("minProperties", question) {
          "an object of at least \(Self.count(count, "member"))"
        }
    case .maximumProperties(let count):
      return countProperties(question) <= count
        || fail("maxProperties", question) { "an object of at most \(Self.count(count, "member"))" }
    case .unevaluatedProperties(let node):
      return checkUnevaluated(node, question, floor: floor, keyword: "unevaluatedProperties")
    default: return true
    }
  }

  /// Different keys: a repeated one counts once, since its last value is the one that is read.
  private func countProperties(_ question: Question) -> Int {
    let count = Int(question.token.extent)
    guard count > 1 else { return count }
    var keys = Set<[UInt8]>()
    var place = question.place + 1
    while place < Int(question.token.next) {
      keys.insert(withCharacters(of: tape.tokens[place]) { Array($0) })
      place = Int(tape.tokens[place + 1].next)
    }
    return keys.count
  }

  /// One pass over the members.
  private mutating func checkMembers(_ rules: MemberRules, _ question: Question) -> Bool {
    var seen = NameSet()
    var found = 0
    var hint = 0
    var isAccepted = true
    var place = question.place &+ 1
    let end = Int(question.token.next)
    while place < end {
      let key = tape.tokens[place]
      let known = find(key, in: rules, hint: hint)
      var node: Int32?
      if let known {
        hint = known &+ 1
        let name = program.names[Int(rules.names.start) &+ known]
        if seen.insert(known), name.isRequired { found &+= 1 }
        node = name.node
      }
      if !checkMember(at: place, node, rules, question) {
        isAccepted = false
        if report == nil { return false }
      }
      place = Int(tape.tokens[place &+ 1].next)
    }
    if found < rules.requiredCount {
      noteMissing(rules, seen, question)
      isAccepted = false
    }
    guard isAccepted || report != nil else { return false }
    return checkDependencies(rules, seen, question) && isAccepted
  }

  /// Asks all that concern one member.
  ///
  /// - Parameter named: the schema that `properties` has for it.
  @inline(__always)
  private mutating func checkMember(
    at place: Int, _ named: Int32?, _ rules: MemberRules, _ question: Question
  ) -> Bool {
    guard named == nil || rules.asksAboutAll || question.isTracked else {
      let node = named ?? SchemaNode.anything
      return node == SchemaNode.anything || accepts(node, at: place &+ 1, isTracked: false)
    }
    return checkAnyMember(at: place, named, rules, question)
  }

  private mutating func checkAnyMember(
    at place: Int, _ named: Int32?, _ rules: MemberRules, _ question: Question
  ) -> Bool {
    guard take(1, question.node) else { return false }
    var isEvaluated = false
    var isAccepted = true
    if let named {
      isEvaluated = true
      isAccepted = accepts(named, at: place &+ 1, isTracked: false)
    }
    for index in rules.patterns.indices {
      let member = program.patternMembers[index]
      guard matches(Int(member.pattern), at: place, question) else { continue }
      isEvaluated = true
      isAccepted = accepts(member.node, at: place &+ 1, isTracked: false) && isAccepted
    }
    if let additional = rules.additional, !isEvaluated {
      isEvaluated = true
      isAccepted = acceptsOther(additional, at: place, "additionalProperties", question)
    }
    if let names = rules.propertyNames {
      isAccepted = accepts(names, at: place, isTracked: false) && isAccepted
    }
    if isEvaluated, question.isTracked { evaluated.append(UInt32(place)) }
    return isAccepted
  }

  private mutating func matches(_ number: Int, at place: Int, _ question: Question) -> Bool {
    let key = tape.tokens[place]
    let pattern = program.patterns[number]
    guard take(pattern.cost(ofLength: Int(key.extent)), question.node) else { return false }
    return withCharacters(of: key) { pattern.matches($0) }
  }

  /// Asks about a member that nothing names; when there may be none, says so with the nearest name.
  mutating func acceptsOther(
    _ node: Int32, at place: Int, _ keyword: String, _ question: Question
  ) -> Bool {
    guard program.nodes[Int(node)].types.isEmpty else {
      return accepts(node, at: place &+ 1, isTracked: false)
    }
    guard report != nil else { return false }
    let name = tape.tokens[place].string(in: bytes)
    let near = NearestNames.best(name, among: names(of: question.node))
    return fail(keyword, question, at: place &+ 1) {
      "no member `\(name)`\(near.map { " (did you mean `\($0)`?)" } ?? "")"
    }
  }

  private func names(of node: Int32) -> [String] {
    program.nodes[Int(node)].rules.indices.flatMap { index -> [String] in
      guard case .members(let number) = program.rules[index] else { return [] }
      return program.names[program.members[Int(number)].names.indices].map {
        program.text(of: $0)
      }
    }
  }

  /// The place of a key among the names of the schema.
  ///
  /// - Parameter hint: where it is when the members come in the order of the schema.
  @inline(__always)
  private func find(_ key: JSONToken, in rules: MemberRules, hint: Int) -> Int? {
    guard !key.hasEscapes else {
      return withCharacters(of: key) { search(for: $0, in: rules) }
    }
    let text = UnsafeRawBufferPointer(rebasing: bytes[key.range])
    if hint < rules.names.count, compare(text, Int(rules.names.start) &+ hint) == 0 {
      return hint
    }
    return search(for: text, in: rules)
  }

  private func search(for text: UnsafeRawBufferPointer, in rules: MemberRules) -> Int? {
    let first = Int(rules.sorted.start)
    let index = ByteOrder.search(count: Int(rules.sorted.count)) { index in
      compare(text, Int(rules.names.start) &+ Int(program.sortedNames[first &+ index]))
    }
    return index.map { Int(program.sortedNames[first &+ $0]) }
  }

  @inline(__always)
  private func compare(_ text: UnsafeRawBufferPointer, _ number: Int) -> Int {
    let name = program.names[number]
    guard text.count == Int(name.length) else { return text.count &- Int(name.length) }
    return program.characters.withUnsafeBytes { characters in
      ByteOrder.compare(
        text, UnsafeRawBufferPointer(rebasing: characters[program.characters(of: name)]))
    }
  }

  private mutating func noteMissing(_ rules: MemberRules, _ seen: NameSet, _ question: Question) {
    guard report != nil else { return }
    for (offset, index) in rules.names.indices.enumerated()
    where program.names[index].isRequired && !seen.contains(offset) {
      let name = program.text(of: program.names[index])
      _ = fail("required", question, got: "an object without it") { "the member `\(name)`" }
    }
  }

  private mutating func checkDependencies(
    _ rules: MemberRules, _ seen: NameSet, _ question: Question
  ) -> Bool {
    var isAccepted = true
    for index in rules.dependencies.indices {
      let dependency = program.dependencies[index]
      guard seen.contains(Int(dependency.trigger)) else { continue }
      guard take(1, question.node) else { return false }
      switch dependency.demand {
      case .name(let name):
        guard !seen.contains(Int(name)) else { continue }
        isAccepted = failDependency(dependency.trigger, name, rules, question)
      case .node(let node):
        isAccepted =
          accepts(node, at: question.place, isTracked: question.isTracked) && isAccepted
      }
      guard isAccepted || report != nil else { return false }
    }
    return isAccepted
  }

  private mutating func failDependency(
    _ trigger: Int32, _ name: Int32, _ rules: MemberRules, _ question: Question
  ) -> Bool {
    guard report != nil else { return false }
    let texts = [trigger, name].map { number in
      program.text(of: program.names[Int(rules.names.start &+ number)])
    }
    return fail("dependentRequired", part: texts[0], question, got: "an object without it") {
      "the member `\(texts[1])`, since `\(texts[0])` is there"
    }
  }
}
