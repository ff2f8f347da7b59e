import KernelProtocol

extension ComparisonWalk {
  mutating func compareArrays(_ old: ComparedSchema, _ new: ComparedSchema) {
    compareCount(least: "minItems", old, new)
    compareCount(most: "maxItems", old, new)
    compareUniqueness(old, new)
    let counts = [old, new].map { $0["prefixItems"]?.arrayValue?.count ?? 0 }
    for number in 0..<(counts.max() ?? 0) {
      compare(element(number, of: old, counts[0]), element(number, of: new, counts[1]))
    }
    compare(old.part("items"), new.part("items"))
    compareText("minContains", old, new)
    compareText("maxContains", old, new)
    compareEqual("contains", old, new)
  }

  private mutating func compareUniqueness(_ old: ComparedSchema, _ new: ComparedSchema) {
    let wasUnique = old["uniqueItems"]?.boolValue ?? false
    let isUnique = new["uniqueItems"]?.boolValue ?? false
    guard wasUnique != isUnique else { return }
    note(
      "uniqueItems", old, new, isUnique ? "elements must differ now" : "elements may be equal now",
      breaks: isUnique ? .emitters : .consumers)
  }

  private func element(
    _ number: Int, of side: ComparedSchema, _ count: Int
  ) -> ComparedSchema {
    number < count ? side.child("prefixItems", String(number)) : side.part("items")
  }

  /// Compares one schema at a keyword that is right only when it is equal.
  mutating func compareEqual(_ keyword: String, _ old: ComparedSchema, _ new: ComparedSchema) {
    guard !noteOneSided(keyword, old, new) else { return }
    requireEquality(keyword) { $0.compare(old.part(keyword), new.part(keyword)) }
  }

  mutating func compareObjects(_ old: ComparedSchema, _ new: ComparedSchema) {
    compareRequired(old, new)
    let before = old["properties"]?.objectValue?.keys ?? []
    let after = new["properties"]?.objectValue?.keys ?? []
    let known = Set(before)
    let kept = Set(after)
    for name in after {
      known.contains(name)
        ? compare(old.child("properties", name), new.child("properties", name))
        : noteAdded(name, old, new)
    }
    for name in before where !kept.contains(name) { noteRemoved(name, old, new) }
    compareOthers(old, new)
    comparePatterns(old, new)
    compareCount(least: "minProperties", old, new)
    compareCount(most: "maxProperties", old, new)
    if !noteOneSided("propertyNames", old, new) {
      compare(old.part("propertyNames"), new.part("propertyNames"))
    }
    compareText("dependentRequired", old, new)
    compareMaps("dependentSchemas", old, new)
  }

  private mutating func compareRequired(_ old: ComparedSchema, _ new: ComparedSchema) {
    let before = old["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
    let after = new["required"]?.arrayValue?.compactMap(\.stringValue) ?? []
    for name in after where !before.contains(name) {
      note("required", old, new, "`\(name)` must be there now", breaks: .emitters)
    }
    for name in before where !after.contains(name) {
      note("required", old, new, "`\(name)` may be left out now", breaks: .consumers)
    }
  }

  /// What a side asks of a member that its `properties` do not name; nil when several schemas do.
  private func other(_ name: String, _ side: ComparedSchema) -> ComparedSchema? {
    let patterns = (side["patternProperties"]?.objectValue?.keys ?? []).filter { source in
      (try? Pattern(source))?.matches(name) ?? false
    }
    switch patterns.count {
    case 0: return side.part("additionalProperties")
    case 1: return side.child("patternProperties", patterns[0])
    default: return nil
    }
  }

  private mutating func noteAdded(_ name: String, _ old: ComparedSchema, _ new: ComparedSchema) {
    let place = new.child("properties", name)
    guard let other = other(name, old) else {
      return note("", old, place, "the member `\(name)` is new", breaks: .all, isCertain: false)
    }
    if other.place == nil || other.value == .bool(true) {
      note("", old, place, "the member `\(name)` is new", breaks: [])
    } else if other.acceptsNothing {
      note(
        "", old, place, "the member `\(name)` is new, and the old schema allows no others",
        breaks: .consumers)
    } else {
      compare(other, place)
    }
  }

  private mutating func noteRemoved(_ name: String, _ old: ComparedSchema, _ new: ComparedSchema) {
    let place = old.child("properties", name)
    // The place is to be shown, so it stands for both sides.
    guard let other = other(name, new) else {
      return note("", place, place, "the member `\(name)` is gone", breaks: .all, isCertain: false)
    }
    if other.place == nil || other.value == .bool(true) {
      note("", place, place, "the member `\(name)` is gone", breaks: [])
    } else if other.acceptsNothing {
      note(
        "", place, place, "the member `\(name)` is gone, and no others are allowed",
        breaks: .emitters)
    } else {
      compare(place, other)
    }
  }

  private mutating func compareOthers(_ old: ComparedSchema, _ new: ComparedSchema) {
    let keyword = "additionalProperties"
    let sides = (old.part(keyword), new.part(keyword))
    switch (sides.0.acceptsNothing, sides.1.acceptsNothing) {
    case (false, true):
      note(keyword, old, new, "other members are no longer allowed", breaks: .emitters)
    case (true, false):
      note(keyword, old, new, "other members are allowed now", breaks: .consumers)
    default: compare(sides.0, sides.1)
    }
  }

  private mutating func comparePatterns(_ old: ComparedSchema, _ new: ComparedSchema) {
    compareMaps("patternProperties", old, new)
  }

  /// Compares a map of schemas whose keys must be the same.
  private mutating func compareMaps(
    _ keyword: String, _ old: ComparedSchema, _ new: ComparedSchema
  ) {
    let before = Set(old[keyword]?.objectValue?.keys ?? [])
    let after = Set(new[keyword]?.objectValue?.keys ?? [])
    guard before == after else {
      return note(
        keyword, old, new, "`\(keyword)` has other keys", breaks: .all, isCertain: false)
    }
    for key in before.sorted() { compare(old.child(keyword, key), new.child(keyword, key)) }
  }
}
