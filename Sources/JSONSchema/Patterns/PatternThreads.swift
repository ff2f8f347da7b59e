/// Where a nondeterministic automaton can be at one place of a text: all ways at once, so that the
/// work for each character is bounded by the size of the program.
struct PatternThreads: Hashable {
  /// What stands before the place, as far as assertions ask.
  enum Context: UInt8 {
    case start, wordCharacter, other
  }

  /// Steps to begin with, sorted; before jumps and assertions are followed.
  var steps: [Int] = []
  var context = Context.start
}

/// Follows a program one class of scalars at a time.
struct PatternStepper: Sendable {
  let program: PatternProgram
  let classes: ScalarClasses
  private let wordSet: Int
  private let hasAssertions: Bool

  init(_ program: PatternProgram) {
    self.program = program
    hasAssertions = program.hasAssertions
    wordSet = program.sets.count
    classes = ScalarClasses(of: program.sets + (hasAssertions ? [.wordCharacters] : []))
  }

  /// The threads after a scalar of the class; nil when there is a match before it.
  ///
  /// A match may begin at every place, so the program's first step is always among the threads.
  func threads(after threads: PatternThreads, _ class: Int) -> PatternThreads? {
    let isWord = hasAssertions && classes.members[`class`][wordSet]
    var next = PatternThreads(
      steps: [], context: !hasAssertions ? .start : isWord ? .wordCharacter : .other)
    let hasMatched = follow(threads, next: isWord ? .wordCharacter : .other) { step, set in
      if classes.members[`class`][set] { next.steps.append(step + 1) }
    }
    guard !hasMatched else { return nil }
    next.steps.sort()
    return next
  }

  /// Whether there is a match when the text ends here.
  func matchesAtEnd(_ threads: PatternThreads) -> Bool {
    follow(threads, next: nil) { _, _ in }
  }

  /// Follows all that takes no scalar. `next` is nil at the end of the text.
  ///
  /// - Returns: whether the match was reached.
  private func follow(
    _ threads: PatternThreads, next: PatternThreads.Context?, _ take: (Int, Int) -> Void
  ) -> Bool {
    var visited = [Bool](repeating: false, count: program.steps.count)
    var pending = threads.steps
    pending.append(0)
    while let step = pending.popLast() {
      guard !visited[step] else { continue }
      visited[step] = true
      switch program.steps[step] {
      case .match: return true
      case .jump(let target): pending.append(target)
      case .split(let first, let second):
        pending.append(second)
        pending.append(first)
      case .scalar(let set): take(step, set)
      case .assertion(let assertion):
        if holds(assertion, after: threads.context, before: next) { pending.append(step + 1) }
      }
    }
    return false
  }

  private func holds(
    _ assertion: PatternSyntax.Assertion, after: PatternThreads.Context,
    before: PatternThreads.Context?
  ) -> Bool {
    switch assertion {
    case .start: after == .start
    case .end: before == nil
    case .wordBoundary: (after == .wordCharacter) != (before == .wordCharacter)
    case .noWordBoundary: (after == .wordCharacter) == (before == .wordCharacter)
    }
  }
}
