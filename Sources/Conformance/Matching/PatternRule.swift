import KernelProtocol

/// One `{"$name": operand}` of a pattern.
struct PatternRule {
  let name: String
  let operand: JSONValue

  static let names: Set<String> = [
    "$absent", "$any", "$contains", "$count", "$either", "$every", "$fields", "$least", "$most",
    "$not", "$order", "$story",
  ]

  /// What is wrong with a value; nil when it keeps the rule.
  func problem(_ actual: JSONValue?, at path: String) -> String? {
    switch name {
    case "$absent":
      return actual == nil ? nil : "\(path) is \(Matcher.shown(actual ?? .null)), expected nothing"
    case "$not":
      return Matcher.problem(operand, actual, at: path) == nil
        ? "\(path) is \(Matcher.shown(actual ?? .null)), which it must not be" : nil
    case "$either": return eitherProblem(actual, at: path)
    default: break
    }
    guard let actual else { return "\(path) is missing; expected \(Matcher.shown(operand))" }
    switch name {
    case "$any": return nil
    case "$fields": return Matcher.fieldsProblem(operand.objectValue ?? [:], actual, at: path)
    case "$count": return Matcher.problem(operand, size(of: actual), at: "the size of \(path)")
    case "$every": return everyProblem(actual, at: path)
    default: return holds(actual) ? nil : failure(actual, at: path)
    }
  }

  private func holds(_ actual: JSONValue) -> Bool {
    switch name {
    case "$contains": contains(actual)
    case "$least": compare(actual) { $0 >= $1 }
    case "$most": compare(actual) { $0 <= $1 }
    case "$order": isInOrder(actual)
    case "$story": story(of: actual) == operand["are"]
    default: false
    }
  }

  private func failure(_ actual: JSONValue, at path: String) -> String {
    let detail = name == "$story" ? " (\(story(of: actual)?.description ?? "no list"))" : ""
    return
      "\(path) is \(Matcher.shown(actual))\(detail), expected \(name) \(Matcher.shown(operand))"
  }

  private func eitherProblem(_ actual: JSONValue?, at path: String) -> String? {
    let problems = (operand.arrayValue ?? []).map { Matcher.problem($0, actual, at: path) }
    return problems.contains(nil) ? nil : problems.compactMap(\.self).joined(separator: ", or ")
  }

  private func contains(_ actual: JSONValue) -> Bool {
    if let array = actual.arrayValue {
      return array.contains { Matcher.problem(operand, $0, at: "") == nil }
    }
    guard let text = actual.stringValue else { return false }
    let parts = operand.arrayValue?.compactMap(\.stringValue) ?? [operand.stringValue ?? ""]
    return parts.allSatisfy { text.contains($0) }
  }

  private func compare(_ actual: JSONValue, _ isRight: (Double, Double) -> Bool) -> Bool {
    guard let actual = actual.doubleValue, let operand = operand.doubleValue else { return false }
    return isRight(actual, operand)
  }

  private func size(of actual: JSONValue) -> JSONValue? {
    (actual.arrayValue?.count ?? actual.objectValue?.count
      ?? actual.stringValue?.unicodeScalars.count)
      .map { JSONValue($0) }
  }

  private func everyProblem(_ actual: JSONValue, at path: String) -> String? {
    guard let array = actual.arrayValue, !array.isEmpty else { return "\(path) has no elements" }
    return array.enumerated().lazy
      .compactMap { Matcher.problem(operand, $1, at: "\(path)[\($0)]") }.first
  }

  /// Whether elements that match the patterns are there in their order, with any others between them.
  private func isInOrder(_ actual: JSONValue) -> Bool {
    var patterns = (operand.arrayValue ?? [])[...]
    for element in actual.arrayValue ?? [] {
      guard let next = patterns.first else { return true }
      if Matcher.problem(next, element, at: "") == nil { patterns = patterns.dropFirst() }
    }
    return patterns.isEmpty
  }

  /// The values of one field along a list, each run of equal ones once: the plugins of frames in call order.
  private func story(of actual: JSONValue) -> JSONValue? {
    guard let field = operand["of"]?.stringValue else { return nil }
    var values: [JSONValue] = []
    for element in actual.arrayValue ?? [] {
      let value = element[field] ?? .null
      if values.last != value { values.append(value) }
    }
    return .array(values)
  }
}
