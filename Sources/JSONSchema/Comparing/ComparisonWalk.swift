import KernelProtocol

/// Walks two schemas side by side and gathers the changes.
struct ComparisonWalk {
  typealias Parties = SchemaChange.Parties

  private struct Pair: Hashable {
    let old: SchemaPlace?
    let new: SchemaPlace?
    let isStrict: Bool
  }

  private(set) var changes: [SchemaChange] = []
  /// Pairs that are compared or have been: a schema that refers to itself is compared once.
  private var visited: Set<Pair> = []
  /// Whether only being equal is right here.
  private var isStrict = false

  mutating func compare(_ old: ComparedSchema, _ new: ComparedSchema) {
    let (old, new) = (old.resolved, new.resolved)
    let pair = Pair(old: old.place, new: new.place, isStrict: isStrict)
    guard visited.insert(pair).inserted else { return }
    guard !(old.acceptsNothing && new.acceptsNothing) else { return }
    // Values that are listed are tried out, and then no keyword beside the list matters.
    var safe: Parties = []
    if old.isList(within: new) { safe.insert(.emitters) }
    if new.isList(within: old) { safe.insert(.consumers) }
    revising({ $0.compareKeywords(old, new) }) { change in
      SchemaChange(
        pointer: change.pointer, summary: change.summary, breaks: change.breaks.subtracting(safe),
        isCertain: change.isCertain)
    }
  }

  private mutating func compareKeywords(_ old: ComparedSchema, _ new: ComparedSchema) {
    compareTypes(old, new)
    compareChoices(old, new)
    compareReferences(old, new)
    // What is demanded of a type that only one side allows says nothing more than that.
    let types = old.types.intersection(new.types)
    if !types.isDisjoint(with: .number) { compareNumbers(old, new) }
    if types.contains(.string) { compareStrings(old, new) }
    if types.contains(.array) { compareArrays(old, new) }
    if types.contains(.object) { compareObjects(old, new) }
    compareCombinations(old, new)
    compareDescriptions(old, new)
  }

  /// Revises the changes that `compare` notes.
  private mutating func revising(
    _ compare: (inout ComparisonWalk) -> Void, _ revise: (SchemaChange) -> SchemaChange
  ) {
    let before = changes
    changes = []
    compare(&self)
    changes = before + changes.map(revise)
  }

  /// Notes a change of one keyword.
  ///
  /// - Parameter breaks: nobody for a change that is only worth mentioning.
  mutating func note(
    _ keyword: String, _ old: ComparedSchema, _ new: ComparedSchema, _ summary: String,
    breaks: Parties, isCertain: Bool = true
  ) {
    let side = new[keyword] != nil || new.place != nil && old[keyword] == nil ? new : old
    let place = side.place ?? old.place ?? new.place
    let tokens = place?.pointer.tokens ?? []
    changes.append(
      SchemaChange(
        pointer: JSONPointer(tokens + (keyword.isEmpty ? [] : [keyword])), summary: summary,
        breaks: breaks, isCertain: isCertain))
  }

  /// What a demand does that is there on one side only: a new one may refuse what was sent, one
  /// that is gone may let through what was never received.
  ///
  /// - Returns: whether that is the case, so that there is nothing to compare.
  mutating func noteOneSided(
    _ keyword: String, _ old: ComparedSchema, _ new: ComparedSchema
  ) -> Bool {
    switch (old[keyword], new[keyword]) {
    case (nil, nil): return true
    case (nil, let added?):
      note(keyword, old, new, "`\(keyword)` \(added.shortened) is new", breaks: .emitters)
    case (let removed?, nil):
      note(keyword, old, new, "`\(keyword)` \(removed.shortened) is gone", breaks: .consumers)
    default: return false
    }
    return true
  }

  /// Compares parts for which only being equal is known to be right; whatever breaks anyone there
  /// is said to be doubtful for all.
  mutating func requireEquality(
    _ keyword: String, _ compare: (inout ComparisonWalk) -> Void
  ) {
    let outer = isStrict
    isStrict = true
    revising(compare) { change in
      guard !change.isCompatible else { return change }
      return SchemaChange(
        pointer: change.pointer, summary: "\(change.summary), within `\(keyword)`", breaks: .all,
        isCertain: false)
    }
    isStrict = outer
  }

  /// What describes and demands nothing, as far as a reader wants to know of it.
  private mutating func compareDescriptions(_ old: ComparedSchema, _ new: ComparedSchema) {
    for keyword in ["format", "x-sensitive"] where old[keyword] != new[keyword] {
      let before = old[keyword]?.shortened ?? "nothing"
      let after = new[keyword]?.shortened ?? "nothing"
      note(keyword, old, new, "`\(keyword)` was \(before) and is \(after)", breaks: [])
    }
  }
}
