/// A regular expression as steps of a nondeterministic automaton (Thompson's construction).
struct PatternProgram: Sendable {
  enum Step: Sendable, Equatable {
    /// One scalar of a set, then the next step.
    case scalar(set: Int)
    case assertion(PatternSyntax.Assertion)
    /// Both ways.
    case split(Int, Int)
    case jump(Int)
    case match
  }

  private(set) var steps: [Step] = []
  private(set) var sets: [ScalarSet] = []
  private var setIndex: [ScalarSet: Int] = [:]

  /// Steps. A longer program is refused: matching takes time in proportion to it.
  static let maximumSize = 4_000

  init(_ syntax: PatternSyntax) throws(PatternError) {
    try append(syntax)
    try append(.match)
  }

  var hasAssertions: Bool {
    steps.contains { if case .assertion = $0 { true } else { false } }
  }

  private mutating func append(_ step: Step) throws(PatternError) {
    guard steps.count < Self.maximumSize else {
      throw PatternError("it is too large: its counts multiply to over \(Self.maximumSize) steps")
    }
    steps.append(step)
  }

  private mutating func append(_ syntax: PatternSyntax) throws(PatternError) {
    switch syntax {
    case .empty: break
    case .set(let set): try append(.scalar(set: index(of: set)))
    case .assertion(let assertion): try append(Step.assertion(assertion))
    case .sequence(let parts): for part in parts { try append(part) }
    case .alternatives(let alternatives): try append(alternatives: alternatives)
    case .repetition(let body, let minimum, let maximum):
      try append(body, minimum: minimum, maximum: maximum)
    }
  }

  private mutating func append(alternatives: [PatternSyntax]) throws(PatternError) {
    var ends: [Int] = []
    for alternative in alternatives.dropLast() {
      let split = steps.count
      try append(.split(split + 1, 0))
      try append(alternative)
      ends.append(steps.count)
      try append(.jump(0))
      steps[split] = .split(split + 1, steps.count)
    }
    if let last = alternatives.last { try append(last) }
    for end in ends { steps[end] = .jump(steps.count) }
  }

  private mutating func append(
    _ body: PatternSyntax, minimum: Int, maximum: Int?
  ) throws(PatternError) {
    for _ in 0..<minimum {
      let start = steps.count
      try append(body)
      // What takes no step may be repeated any number of times.
      if steps.count == start { return }
    }
    guard let maximum else { return try appendLoop(body) }
    var splits: [Int] = []
    for _ in minimum..<max(maximum, minimum) {
      splits.append(steps.count)
      try append(.split(steps.count + 1, 0))
      let start = steps.count
      try append(body)
      if steps.count == start { break }
    }
    for split in splits { steps[split] = .split(split + 1, steps.count) }
  }

  private mutating func appendLoop(_ body: PatternSyntax) throws(PatternError) {
    let split = steps.count
    try append(.split(split + 1, 0))
    try append(body)
    try append(.jump(split))
    steps[split] = .split(split + 1, steps.count)
  }

  private mutating func index(of set: ScalarSet) -> Int {
    if let known = setIndex[set] { return known }
    sets.append(set)
    setIndex[set] = sets.count - 1
    return sets.count - 1
  }
}
