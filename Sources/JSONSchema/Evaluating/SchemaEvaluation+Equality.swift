import KernelProtocol

/// Whether two values of one text are equal, without taking either out of it.
extension SchemaEvaluation {
  mutating func areEqual(_ left: Int, _ right: Int, _ node: Int32) -> Bool {
    guard take(1, node) else { return false }
    let (a, b) = (tape.tokens[left], tape.tokens[right])
    switch (a.kind, b.kind) {
    case (.null, .null), (.true, .true), (.false, .false): return true
    case (.integer, .integer), (.integer, .double), (.double, .integer), (.double, .double):
      return SchemaNumber(a, in: bytes) == SchemaNumber(b, in: bytes)
    case (.string, .string), (.key, .key): return haveSameCharacters(a, b)
    case (.array, .array): return haveEqualElements(left, right, node)
    case (.object, .object): return haveEqualMembers(left, right, node)
    default: return false
    }
  }

  private func haveSameCharacters(_ left: JSONToken, _ right: JSONToken) -> Bool {
    withCharacters(of: left) { left in
      withCharacters(of: right) { ByteOrder.compare(left, $0) == 0 }
    }
  }

  private mutating func haveEqualElements(_ left: Int, _ right: Int, _ node: Int32) -> Bool {
    guard tape.tokens[left].extent == tape.tokens[right].extent else { return false }
    var (first, second) = (left + 1, right + 1)
    while first < Int(tape.tokens[left].next) {
      guard areEqual(first, second, node) else { return false }
      first = Int(tape.tokens[first].next)
      second = Int(tape.tokens[second].next)
    }
    return true
  }

  /// With as many members on both sides, it is enough to find each of one in the other. Keys that
  /// come in the same order, as they mostly do, are found at once.
  private mutating func haveEqualMembers(_ left: Int, _ right: Int, _ node: Int32) -> Bool {
    guard tape.tokens[left].extent == tape.tokens[right].extent else { return false }
    var key = left + 1
    var hint = right + 1
    while key < Int(tape.tokens[left].next) {
      guard let found = member(key, of: right, from: hint, node),
        areEqual(key + 1, found + 1, node)
      else { return false }
      hint = Int(tape.tokens[found + 1].next)
      key = Int(tape.tokens[key + 1].next)
    }
    return true
  }

  /// Looks for a key among an object's members, from `start` round to it again.
  private mutating func member(
    _ key: Int, of object: Int, from start: Int, _ node: Int32
  ) -> Int? {
    let end = Int(tape.tokens[object].next)
    var candidate = start < end ? start : object + 1
    for _ in 0..<tape.tokens[object].extent {
      guard take(1, node) else { return nil }
      if haveSameCharacters(tape.tokens[key], tape.tokens[candidate]) { return candidate }
      candidate = Int(tape.tokens[candidate + 1].next)
      if candidate >= end { candidate = object + 1 }
    }
    return nil
  }
}
