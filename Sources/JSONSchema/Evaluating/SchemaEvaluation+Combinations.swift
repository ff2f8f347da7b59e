import KernelProtocol

extension SchemaEvaluation {
  mutating func checkCombination(_ rule: SchemaRule, _ question: Question) -> Bool {
    switch rule {
    case .allOf(let nodes): return checkAll(nodes, question)
    case .anyOf(let nodes): return checkAny(nodes, question)
    case .oneOf(let nodes): return checkOne(nodes, question)
    case .not(let node):
      return !quietly { $0.accepts(node, at: question.place, isTracked: false) }
        || fail("not", question) { "something that `not` does not accept" }
    case .condition(let node, let then, let otherwise):
      let holds = quietly {
        $0.accepts(node, at: question.place, isTracked: question.isTracked)
      }
      return ask(holds ? then : otherwise, question)
    case .reference(let node): return ask(node, question)
    case .dynamicReference(let number):
      return ask(target(of: program.dynamicReferences[Int(number)]), question)
    default: return true
    }
  }

  /// Asks another schema about the same value.
  @inline(__always)
  private mutating func ask(_ node: Int32, _ question: Question) -> Bool {
    node == SchemaNode.anything
      || accepts(node, at: question.place, isTracked: question.isTracked)
  }

  /// The anchor in the outermost resource that has it.
  private func target(of reference: SchemaProgram.DynamicReference) -> Int32 {
    for resource in scope {
      if let node = reference.nodes[resource] { return node }
    }
    return reference.node
  }

  private mutating func checkAll(_ nodes: SchemaRange, _ question: Question) -> Bool {
    var isAccepted = true
    for index in nodes.indices where !ask(program.children[index], question) {
      isAccepted = false
      if report == nil { break }
    }
    return isAccepted
  }

  private mutating func checkAny(_ nodes: SchemaRange, _ question: Question) -> Bool {
    let (accepted, reports) = alternatives(nodes, question) { accepted in
      // What each alternative looked at counts, so none may be left out then.
      accepted > 0 && !question.isTracked
    }
    return accepted.count > 0 || failAlternatives("anyOf", reports, question)
  }

  private mutating func checkOne(_ nodes: SchemaRange, _ question: Question) -> Bool {
    let (accepted, reports) = alternatives(nodes, question) { $0 > 1 }
    switch accepted.count {
    case 1: return true
    case 0: return failAlternatives("oneOf", reports, question)
    default:
      return fail("oneOf", question, got: "one that fits several") {
        "a value that fits exactly one of \(nodes.count) alternatives, "
          + "not both \(accepted.first) and \(accepted.last)"
      }
    }
  }

  /// How many alternatives accept, and the first and last of them, counted from 1.
  private struct Accepted {
    var count = 0
    var first = 0
    var last = 0
  }

  /// Asks the alternatives until `isEnough` of the number that accept.
  ///
  /// - Returns: also what each of them misses, when that is asked for.
  private mutating func alternatives(
    _ nodes: SchemaRange, _ question: Question, until isEnough: (Int) -> Bool
  ) -> (Accepted, [SchemaReport]) {
    let noted = report
    var reports: [SchemaReport] = []
    var accepted = Accepted()
    for (number, index) in nodes.indices.enumerated() {
      if noted != nil { report = SchemaReport(limit: 5) }
      if ask(program.children[index], question) {
        accepted.count += 1
        if accepted.count == 1 { accepted.first = number + 1 }
        accepted.last = number + 1
        if isEnough(accepted.count) { break }
      } else if let missed = report {
        reports.append(missed)
      }
    }
    if var noted {
      for missed in reports { noted.sensitive.formUnion(missed.sensitive) }
      if let last = report { noted.sensitive.formUnion(last.sensitive) }
      report = noted
    }
    return (accepted, reports)
  }

  private mutating func failAlternatives(
    _ keyword: String, _ reports: [SchemaReport], _ question: Question
  ) -> Bool {
    guard report != nil else { return false }
    let nearest = reports.enumerated().max { left, right in
      // The one that came furthest into the value, of several the first.
      left.element.reach < right.element.reach
    }
    let causes = nearest?.element.findings ?? []
    let number = (nearest?.offset ?? 0) + 1
    return fail(keyword, question, causes: causes) {
      "a value that fits one of \(reports.count) alternatives"
        + (reports.count > 1 ? " (the nearest is number \(number))" : "")
    }
  }
}
