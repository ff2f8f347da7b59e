/// Reads a regular expression of ECMA-262 with the `u` flag, as JSON Schema wants it.
///
/// Backreferences and lookaround are refused by name: no automaton can match them in linear time.
/// As most regular expressions in schemas were tried without the `u` flag, what is literal there is
/// literal here: `{` without a count, `]`, `}` and escaped punctuation.
struct PatternParser {
  private let scalars: [Unicode.Scalar]
  private var offset = 0
  private var depth = 0

  /// Groups within groups.
  static let maximumDepth = 100

  static func parse(_ text: String) throws(PatternError) -> PatternSyntax {
    var parser = PatternParser(text)
    let syntax = try parser.alternatives()
    guard parser.peek == nil else { throw PatternError("`)` closes no group") }
    return syntax
  }

  private init(_ text: String) { scalars = Array(text.unicodeScalars) }

  var peek: Unicode.Scalar? { offset < scalars.count ? scalars[offset] : nil }

  mutating func next() -> Unicode.Scalar? {
    guard let scalar = peek else { return nil }
    offset += 1
    return scalar
  }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    offset += 1
    return true
  }

  mutating func take(_ text: String) -> Bool {
    guard isBefore(text) else { return false }
    offset += text.unicodeScalars.count
    return true
  }

  mutating func skip(_ count: Int) { offset += count }

  func isBefore(_ text: String) -> Bool { scalars[offset...].starts(with: text.unicodeScalars) }

  private mutating func alternatives() throws(PatternError) -> PatternSyntax {
    var alternatives = [try sequence()]
    while take("|" as Unicode.Scalar) { alternatives.append(try sequence()) }
    return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
  }

  private mutating func sequence() throws(PatternError) -> PatternSyntax {
    var parts: [PatternSyntax] = []
    while let scalar = peek, scalar != "|", scalar != ")" {
      offset += 1
      parts.append(try quantified(try atom(scalar)))
    }
    return parts.isEmpty ? .empty : parts.count == 1 ? parts[0] : .sequence(parts)
  }

  private mutating func atom(_ scalar: Unicode.Scalar) throws(PatternError) -> PatternSyntax {
    switch scalar {
    case "^": .assertion(.start)
    case "$": .assertion(.end)
    case ".": .set(ScalarSet.lineTerminators.inverted)
    case "(": try group()
    case "[": .set(try characterClass())
    case "\\": try escape()
    case "*", "+", "?": throw PatternError("`\(scalar)` repeats nothing")
    default: .set(ScalarSet(scalar.value))
    }
  }

  private mutating func group() throws(PatternError) -> PatternSyntax {
    if take("?" as Unicode.Scalar) { try groupKind() }
    guard depth < Self.maximumDepth else {
      throw PatternError("groups are nested more than \(Self.maximumDepth) deep")
    }
    depth += 1
    defer { depth -= 1 }
    let content = try alternatives()
    guard take(")" as Unicode.Scalar) else { throw PatternError("a group is not closed by `)`") }
    return content
  }

  /// After `(?`: what is not a plain or named group is refused.
  private mutating func groupKind() throws(PatternError) {
    if take(":" as Unicode.Scalar) { return }
    for (mark, name) in [
      ("=", "lookahead"), ("!", "negative lookahead"), ("<=", "lookbehind"),
      ("<!", "negative lookbehind"),
    ] where take(mark) {
      throw PatternError(
        "\(name) `(?\(mark)` is not supported: it cannot be matched in linear time")
    }
    guard take("<" as Unicode.Scalar) else {
      throw PatternError("`(?` must be followed by `:` or by a name in `<` and `>`")
    }
    while let scalar = next() {
      if scalar == ">" { return }
      guard scalar.properties.isIDContinue || scalar == "$" else { break }
    }
    throw PatternError("the name of a group is not closed by `>`")
  }

  private mutating func quantified(
    _ atom: PatternSyntax
  ) throws(PatternError) -> PatternSyntax {
    guard let (minimum, maximum) = try quantifier() else { return atom }
    if case .assertion = atom { throw PatternError("an assertion cannot be repeated") }
    _ = take("?" as Unicode.Scalar)
    return .repetition(atom, minimum: minimum, maximum: maximum)
  }

  private mutating func quantifier() throws(PatternError) -> (Int, Int?)? {
    if take("*" as Unicode.Scalar) { return (0, nil) }
    if take("+" as Unicode.Scalar) { return (1, nil) }
    if take("?" as Unicode.Scalar) { return (0, 1) }
    let start = offset
    guard take("{" as Unicode.Scalar), let minimum = try count() else {
      offset = start
      return nil
    }
    var maximum: Int? = minimum
    if take("," as Unicode.Scalar) { maximum = try count() }
    guard take("}" as Unicode.Scalar) else {
      offset = start
      return nil
    }
    if let maximum, maximum < minimum {
      throw PatternError("`{\(minimum),\(maximum)}` ends before it begins")
    }
    return (minimum, maximum)
  }

  private mutating func count() throws(PatternError) -> Int? {
    var value: Int?
    while let scalar = peek, ("0"..."9").contains(scalar) {
      offset += 1
      value = (value ?? 0) * 10 + Int(scalar.value - 0x30)
      guard let value, value <= PatternProgram.maximumSize else {
        throw PatternError("a count is above \(PatternProgram.maximumSize)")
      }
    }
    return value
  }
}
