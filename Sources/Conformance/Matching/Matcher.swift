import KernelProtocol

/// Compares a value with a pattern: JSON that must be equal, with objects like `{"$contains": "x"}` where equality is too
/// strict. `README.md` beside the tables lists them.
enum Matcher {
  /// What is wrong with a value, as a sentence that says where; nil when it is as it should be.
  ///
  /// - Parameters:
  ///   - actual: nil when there is nothing at that place.
  ///   - path: where the value is, such as `error.frames[0]`.
  static func problem(_ pattern: JSONValue, _ actual: JSONValue?, at path: String) -> String? {
    if let object = pattern.objectValue, object.count == 1, let member = object.first,
      member.key.hasPrefix("$")
    {
      return PatternRule(name: member.key, operand: member.value).problem(actual, at: path)
    }
    guard let actual else { return "\(path) is missing; expected \(shown(pattern))" }
    if let fields = pattern.objectValue { return objectProblem(fields, actual, at: path) }
    if let items = pattern.arrayValue { return arrayProblem(items, actual, at: path) }
    return pattern == actual ? nil : unexpected(pattern, actual, at: path)
  }

  /// Refuses rules that nobody knows: in a `$not`, say, they would hold of everything.
  static func checkRules(_ pattern: JSONValue, at place: String) throws(TableError) {
    for item in pattern.arrayValue ?? [] { try checkRules(item, at: place) }
    for member in pattern.objectValue ?? [:] {
      let known = PatternRule.names.union(Substitution.generators)
      if member.key.hasPrefix("$"), !known.contains(member.key), !member.key.hasPrefix("${") {
        throw TableError(
          place: place,
          message:
            "unknown rule \"\(member.key)\"; known: \(known.sorted().joined(separator: ", "))")
      }
      try checkRules(member.value, at: place)
    }
  }

  private static func objectProblem(
    _ fields: JSONObject, _ actual: JSONValue, at path: String
  ) -> String? {
    guard let object = actual.objectValue else {
      return unexpected(.object(fields), actual, at: path)
    }
    if let extra = object.keys.first(where: { fields[$0] == nil }) {
      return "\(path) has the unexpected key \"\(extra)\": \(shown(actual))"
    }
    return fieldsProblem(fields, actual, at: path)
  }

  /// The fields that a pattern names must be as it says; others may be there.
  static func fieldsProblem(
    _ fields: JSONObject, _ actual: JSONValue, at path: String
  ) -> String? {
    guard let object = actual.objectValue else {
      return unexpected(.object(fields), actual, at: path)
    }
    for field in fields {
      if let problem = problem(field.value, object[field.key], at: "\(path).\(field.key)") {
        return problem
      }
    }
    return nil
  }

  private static func arrayProblem(
    _ items: [JSONValue], _ actual: JSONValue, at path: String
  ) -> String? {
    guard let array = actual.arrayValue else { return unexpected(.array(items), actual, at: path) }
    guard array.count == items.count else {
      return "\(path) has \(array.count) elements, expected \(items.count): \(shown(actual))"
    }
    for (index, item) in items.enumerated() {
      if let problem = problem(item, array[index], at: "\(path)[\(index)]") { return problem }
    }
    return nil
  }

  static func unexpected(_ pattern: JSONValue, _ actual: JSONValue, at path: String) -> String {
    "\(path) is \(shown(actual)), expected \(shown(pattern))"
  }

  /// A value as text, shortened.
  static func shown(_ value: JSONValue) -> String {
    let text = value.description
    return text.utf8.count <= 400 ? text : "\(text.prefix(400))…"
  }
}
