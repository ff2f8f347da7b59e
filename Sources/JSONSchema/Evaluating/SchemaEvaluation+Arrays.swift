import KernelProtocol

extension SchemaEvaluation {
  mutating func checkArray(_ rule: SchemaRule, _ question: Question, floor: Int) -> Bool {
    switch rule {
    case .minimumItems(let count):
      return Int(question.token.extent) >= count
        || fail("minItems", question) { "an array of at least \(count)" }
    case .maximumItems(let count):
      return Int(question.token.extent) <= count
        || fail("maxItems", question) { "an array of at most \(count)" }
    case .uniqueItems: return checkUnique(question)
    case .prefixItems(let nodes): return checkPrefix(nodes, question)
    case .items(let node, let first): return checkItems(node, from: Int(first), question)
    case .contains(let node, let minimum, let maximum):
      return checkContains(node, minimum, maximum, question)
    case .unevaluatedItems(let node):
      return checkUnevaluated(node, question, floor: floor, keyword: "unevaluatedItems")
    default: return true
    }
  }

  private mutating func checkPrefix(_ nodes: SchemaRange, _ question: Question) -> Bool {
    var isAccepted = true
    var place = question.place &+ 1
    for index in nodes.indices {
      guard place < Int(question.token.next) else { break }
      if question.isTracked { evaluated.append(UInt32(place)) }
      isAccepted = accepts(program.children[index], at: place, isTracked: false) && isAccepted
      guard isAccepted || report != nil else { return false }
      place = Int(tape.tokens[place].next)
    }
    return isAccepted
  }

  private mutating func checkItems(_ node: Int32, from first: Int, _ question: Question) -> Bool {
    guard node != SchemaNode.anything || question.isTracked else { return true }
    var isAccepted = true
    var place = question.place &+ 1
    var index = 0
    while place < Int(question.token.next) {
      if index >= first {
        if question.isTracked { evaluated.append(UInt32(place)) }
        isAccepted = acceptsItem(node, at: place, "items", question) && isAccepted
        guard isAccepted || report != nil else { return false }
      }
      index &+= 1
      place = Int(tape.tokens[place].next)
    }
    return isAccepted
  }

  /// Asks about an element; when there may be none here, says so.
  private mutating func acceptsItem(
    _ node: Int32, at place: Int, _ keyword: String, _ question: Question
  ) -> Bool {
    guard report != nil, program.nodes[Int(node)].types.isEmpty else {
      return accepts(node, at: place, isTracked: false)
    }
    return fail(keyword, question, at: place) { "no further element" }
  }

  private mutating func checkContains(
    _ node: Int32, _ minimum: Int, _ maximum: Int?, _ question: Question
  ) -> Bool {
    var count = 0
    var place = question.place &+ 1
    while place < Int(question.token.next) {
      let isMatch = quietly { $0.accepts(node, at: place, isTracked: false) }
      if isMatch {
        count &+= 1
        if question.isTracked { evaluated.append(UInt32(place)) }
        // More than enough is enough, unless what matches must be known.
        if maximum == nil, count >= minimum, !question.isTracked { return true }
      }
      guard take(1, question.node) else { return false }
      place = Int(tape.tokens[place].next)
    }
    if count < minimum {
      return fail(minimum == 1 ? "contains" : "minContains", question) {
        "at least \(Self.count(minimum, "element")) that `contains` accepts, not \(count)"
      }
    }
    guard let maximum, count > maximum else { return true }
    return fail("maxContains", question) {
      "at most \(Self.count(maximum, "element")) that `contains` accepts, not \(count)"
    }
  }

  /// Asks about the members or elements that no other part of the schema has looked at.
  mutating func checkUnevaluated(
    _ node: Int32, _ question: Question, floor: Int, keyword: String
  ) -> Bool {
    let isObject = question.token.kind == .object
    markEvaluated(from: floor)
    let mark = stamp
    var isAccepted = true
    var place = question.place &+ 1
    while place < Int(question.token.next) {
      guard take(1, question.node) else { return false }
      if stamps[place] != mark {
        evaluated.append(UInt32(place))
        isAccepted =
          (isObject
            ? acceptsOther(node, at: place, keyword, question)
            : acceptsItem(node, at: place, keyword, question)) && isAccepted
        guard isAccepted || report != nil else { return false }
      }
      place = Int(tape.tokens[isObject ? place &+ 1 : place].next)
    }
    return isAccepted
  }

  /// Gives what has been looked at since `floor` a new stamp.
  private mutating func markEvaluated(from floor: Int) {
    if stamps.count < tape.tokens.count {
      stamps.append(contentsOf: repeatElement(0, count: tape.tokens.count &- stamps.count))
    }
    stamp &+= 1
    for place in evaluated[floor...] { stamps[Int(place)] = stamp }
  }
}
