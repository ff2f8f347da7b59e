import KernelProtocol

extension ComparisonWalk {
  mutating func compareReferences(_ old: ComparedSchema, _ new: ComparedSchema) {
    compareText("$dynamicRef", old, new)
    switch (old.target, new.target) {
    case (nil, nil): break
    case (let before?, let after?): compare(before, after)
    default: _ = noteOneSided("$ref", old, new)
    }
  }

  mutating func compareCombinations(_ old: ComparedSchema, _ new: ComparedSchema) {
    if let count = sameCount("allOf", old, new) {
      // Each part is a demand of its own.
      comparePairs("allOf", count, old, new)
    }
    compareAlternatives(old, new)
    if let count = sameCount("oneOf", old, new) {
      // A wider alternative may now fit together with another.
      requireEquality("oneOf") { $0.comparePairs("oneOf", count, old, new) }
    }
    compareEqual("not", old, new)
    for keyword in ["if", "then", "else"] { compareEqual(keyword, old, new) }
    for keyword in ["unevaluatedItems", "unevaluatedProperties"] {
      compareUnevaluated(keyword, old, new)
    }
  }

  /// The number of schemas in a list, when both sides have as many; else that is noted.
  private mutating func sameCount(
    _ keyword: String, _ old: ComparedSchema, _ new: ComparedSchema
  ) -> Int? {
    guard !noteOneSided(keyword, old, new) else { return nil }
    let before = old[keyword]?.arrayValue?.count ?? 0
    let after = new[keyword]?.arrayValue?.count ?? 0
    guard before != after else { return before }
    note(
      keyword, old, new, "`\(keyword)` had \(before) schemas and has \(after)", breaks: .all,
      isCertain: false)
    return nil
  }

  private mutating func comparePairs(
    _ keyword: String, _ count: Int, _ old: ComparedSchema, _ new: ComparedSchema
  ) {
    for number in 0..<count {
      compare(old.child(keyword, String(number)), new.child(keyword, String(number)))
    }
  }

  /// Alternatives that are added let more through, and those that go let less.
  private mutating func compareAlternatives(_ old: ComparedSchema, _ new: ComparedSchema) {
    guard !noteOneSided("anyOf", old, new), let before = old["anyOf"]?.arrayValue,
      let after = new["anyOf"]?.arrayValue
    else { return }
    for number in 0..<min(before.count, after.count) {
      compare(old.child("anyOf", String(number)), new.child("anyOf", String(number)))
    }
    if after.count > before.count {
      note("anyOf", old, new, "there are more alternatives", breaks: .consumers)
    } else if after.count < before.count {
      note("anyOf", old, new, "there are fewer alternatives", breaks: .emitters)
    }
  }

  /// What is unevaluated depends on all that stands beside it.
  private mutating func compareUnevaluated(
    _ keyword: String, _ old: ComparedSchema, _ new: ComparedSchema
  ) {
    guard !noteOneSided(keyword, old, new) else { return }
    requireEquality(keyword) { $0.compare(old.part(keyword), new.part(keyword)) }
    guard old.value != new.value else { return }
    note(
      keyword, old, new, "the schema beside `\(keyword)` is different", breaks: .all,
      isCertain: false)
  }
}
