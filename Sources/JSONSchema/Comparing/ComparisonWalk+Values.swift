import KernelProtocol

extension ComparisonWalk {
  mutating func compareTypes(_ old: ComparedSchema, _ new: ComparedSchema) {
    guard old.types != new.types else { return }
    var breaks: Parties = []
    if !old.types.isSuperset(of: new.types) { breaks.insert(.consumers) }
    if !new.types.isSuperset(of: old.types) { breaks.insert(.emitters) }
    let before = old.types == .all ? "anything" : old.types.description
    let after = new.types == .all ? "anything" : new.types.description
    note("type", old, new, "it was \(before) and is \(after)", breaks: breaks)
  }

  mutating func compareChoices(_ old: ComparedSchema, _ new: ComparedSchema) {
    let keyword = (new.choices == nil ? old : new)["const"] == nil ? "enum" : "const"
    switch (old.choices, new.choices) {
    case (nil, nil): return
    case (nil, let choices?):
      note(keyword, old, new, "only \(Self.list(choices)) is allowed now", breaks: .emitters)
    case (let choices?, nil):
      note(
        keyword, old, new, "no longer only \(Self.list(choices)) is allowed", breaks: .consumers)
    case (let before?, let after?):
      let known = Set(before)
      let added = after.filter { !known.contains($0) }
      let kept = Set(after)
      let removed = before.filter { !kept.contains($0) }
      if !added.isEmpty {
        note(keyword, old, new, "\(Self.list(added)) is allowed too", breaks: .consumers)
      }
      if !removed.isEmpty {
        note(keyword, old, new, "\(Self.list(removed)) is no longer allowed", breaks: .emitters)
      }
    }
  }

  static func list(_ values: [JSONValue]) -> String {
    let shown = values.prefix(5).map(\.shortened).joined(separator: ", ")
    return values.count > 5 ? "\(shown) and \(values.count - 5) more" : shown
  }

  mutating func compareNumbers(_ old: ComparedSchema, _ new: ComparedSchema) {
    compareLimit(["minimum", "exclusiveMinimum"], old, new) { old, new in
      (isTighter: new.value > old.value, isLooser: new.value < old.value)
    }
    compareLimit(["maximum", "exclusiveMaximum"], old, new) { old, new in
      (isTighter: new.value < old.value, isLooser: new.value > old.value)
    }
    guard !noteOneSided("multipleOf", old, new),
      let before = old["multipleOf"].flatMap({ SchemaNumber($0) })?.decimal,
      let after = new["multipleOf"].flatMap({ SchemaNumber($0) })?.decimal, before != after
    else { return }
    var breaks: Parties = []
    if !after.isMultiple(of: before) { breaks.insert(.consumers) }
    if !before.isMultiple(of: after) { breaks.insert(.emitters) }
    guard !breaks.isEmpty else { return }
    note("multipleOf", old, new, "it was \(before) and is \(after)", breaks: breaks)
  }

  private struct Limit {
    let keyword: String
    let value: SchemaNumber
    var isExclusive: Bool { keyword.hasPrefix("exclusive") }
  }

  /// Compares the lower or the upper limit, each of which has two keywords.
  private mutating func compareLimit(
    _ keywords: [String], _ old: ComparedSchema, _ new: ComparedSchema,
    _ relation: (Limit, Limit) -> (isTighter: Bool, isLooser: Bool)
  ) {
    let limits = [old, new].map { side in
      keywords.compactMap { keyword in
        side[keyword].flatMap { SchemaNumber($0) }.map { Limit(keyword: keyword, value: $0) }
      }
    }
    guard limits[0].count == 1, limits[1].count == 1, let before = limits[0].first,
      let after = limits[1].first
    else {
      // One is there on one side only, or both are used at once.
      for keyword in keywords where !noteOneSided(keyword, old, new) {
        compareText(keyword, old, new)
      }
      return
    }
    let (isTighter, isLooser) = relation(before, after)
    let isEqual = !isTighter && !isLooser
    var breaks: Parties = []
    if isTighter || isEqual && after.isExclusive && !before.isExclusive { breaks.insert(.emitters) }
    if isLooser || isEqual && before.isExclusive && !after.isExclusive { breaks.insert(.consumers) }
    guard !breaks.isEmpty else { return }
    note(
      after.keyword, old, new,
      "`\(before.keyword)` \(before.value) became `\(after.keyword)` \(after.value)",
      breaks: breaks)
  }

  /// Compares a keyword of which only equality can be judged.
  mutating func compareText(_ keyword: String, _ old: ComparedSchema, _ new: ComparedSchema) {
    guard !noteOneSided(keyword, old, new), let before = old[keyword], let after = new[keyword],
      before != after
    else { return }
    note(
      keyword, old, new, "`\(keyword)` was \(before.shortened) and is \(after.shortened)",
      breaks: .all, isCertain: false)
  }

  mutating func compareStrings(_ old: ComparedSchema, _ new: ComparedSchema) {
    compareCount(least: "minLength", old, new)
    compareCount(most: "maxLength", old, new)
    compareText("pattern", old, new)
  }

  /// Compares a least count; none is 0.
  mutating func compareCount(
    least keyword: String, _ old: ComparedSchema, _ new: ComparedSchema
  ) {
    let before = old[keyword]?.intValue ?? 0
    let after = new[keyword]?.intValue ?? 0
    guard before != after else { return }
    note(
      keyword, old, new, "`\(keyword)` was \(before) and is \(after)",
      breaks: after > before ? .emitters : .consumers)
  }

  /// Compares a largest count; none is without end.
  mutating func compareCount(
    most keyword: String, _ old: ComparedSchema, _ new: ComparedSchema
  ) {
    guard !noteOneSided(keyword, old, new), let before = old[keyword]?.intValue,
      let after = new[keyword]?.intValue, before != after
    else { return }
    note(
      keyword, old, new, "`\(keyword)` was \(before) and is \(after)",
      breaks: after < before ? .emitters : .consumers)
  }
}
