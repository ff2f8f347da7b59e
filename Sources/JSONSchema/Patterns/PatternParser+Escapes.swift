extension PatternParser {
  /// After a backslash outside a class.
  mutating func escape() throws(PatternError) -> PatternSyntax {
    switch peek {
    case "b":
      skip(1)
      return .assertion(.wordBoundary)
    case "B":
      skip(1)
      return .assertion(.noWordBoundary)
    case .some("1"..."9"), "k":
      throw PatternError("a backreference is not supported: it cannot be matched in linear time")
    default: return .set(try escapedSet())
    }
  }

  /// What an escape stands for, in a class and outside.
  private mutating func escapedSet() throws(PatternError) -> ScalarSet {
    guard let scalar = next() else { throw PatternError("it ends with a backslash") }
    switch scalar {
    case "d": return .digits
    case "D": return ScalarSet.digits.inverted
    case "w": return .wordCharacters
    case "W": return ScalarSet.wordCharacters.inverted
    case "s": return .whitespace
    case "S": return ScalarSet.whitespace.inverted
    case "p": return try property()
    case "P": return try property().inverted
    default: return ScalarSet(try escapedScalar(scalar))
    }
  }

  private mutating func escapedScalar(_ scalar: Unicode.Scalar) throws(PatternError) -> UInt32 {
    switch scalar {
    case "t": return 0x09
    case "n": return 0x0A
    case "v": return 0x0B
    case "f": return 0x0C
    case "r": return 0x0D
    case "0": return 0
    case "c": return try controlLetter()
    case "x": return try hexadecimal(digits: 2)
    case "u": return try unicodeEscape()
    default:
      guard !scalar.properties.isAlphabetic, !("0"..."9").contains(scalar) else {
        throw PatternError("`\\\(scalar)` is not an escape of ECMA-262")
      }
      return scalar.value
    }
  }

  private mutating func controlLetter() throws(PatternError) -> UInt32 {
    guard let letter = next(), letter.isASCII, letter.properties.isAlphabetic else {
      throw PatternError("`\\c` must be followed by a letter")
    }
    return letter.value % 32
  }

  private mutating func hexadecimal(digits: Int) throws(PatternError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = next()?.hexadecimalValue else {
        throw PatternError("an escape needs \(digits) hexadecimal digits")
      }
      value = value << 4 | digit
    }
    return value
  }

  /// After `\u`: four digits, two such halves of a pair, or any number in braces.
  private mutating func unicodeEscape() throws(PatternError) -> UInt32 {
    guard take("{" as Unicode.Scalar) else {
      let high = try hexadecimal(digits: 4)
      guard high & 0xFC00 == 0xD800, take("\\u") else { return high }
      return 0x10000 + ((high & 0x3FF) << 10 | (try hexadecimal(digits: 4) & 0x3FF))
    }
    var value: UInt32 = 0
    while let digit = peek?.hexadecimalValue {
      skip(1)
      value = value << 4 | digit
      guard value <= ScalarSet.largest else { throw PatternError("`\\u{…}` is beyond U+10FFFF") }
    }
    guard take("}" as Unicode.Scalar) else { throw PatternError("`\\u{` is not closed by `}`") }
    return value
  }

  /// After `\p`: `{L}`, `{Letter}`, `{General_Category=Letter}`, `{Alphabetic}`.
  private mutating func property() throws(PatternError) -> ScalarSet {
    guard take("{" as Unicode.Scalar) else {
      throw PatternError("`\\p` must be followed by a property in braces")
    }
    var name = ""
    while let scalar = next(), scalar != "}" { name.unicodeScalars.append(scalar) }
    guard let set = UnicodeProperty.set(named: name) else {
      throw PatternError("the Unicode property `\(name)` is not supported")
    }
    return set
  }

  /// After `[`.
  mutating func characterClass() throws(PatternError) -> ScalarSet {
    let isInverted = take("^" as Unicode.Scalar)
    var ranges: [ClosedRange<UInt32>] = []
    while !take("]" as Unicode.Scalar) {
      let first = try classMember()
      guard peek == "-", !isBefore("-]"), first.isOneScalar else {
        ranges += first.ranges
        continue
      }
      skip(1)
      let last = try classMember()
      guard last.isOneScalar, first.ranges[0].lowerBound <= last.ranges[0].lowerBound else {
        throw PatternError("a range in `[` and `]` must run from a lower to a higher character")
      }
      ranges.append(first.ranges[0].lowerBound...last.ranges[0].lowerBound)
    }
    let set = ScalarSet(ranges)
    return isInverted ? set.inverted : set
  }

  private mutating func classMember() throws(PatternError) -> ScalarSet {
    guard let scalar = next() else { throw PatternError("`[` is not closed by `]`") }
    guard scalar == "\\" else { return ScalarSet(scalar.value) }
    if take("b" as Unicode.Scalar) { return ScalarSet(0x08) }
    if take("-" as Unicode.Scalar) { return ScalarSet(0x2D) }
    return try escapedSet()
  }
}

extension ScalarSet {
  fileprivate var isOneScalar: Bool { ranges.count == 1 && ranges[0].count == 1 }
}

extension Unicode.Scalar {
  fileprivate var hexadecimalValue: UInt32? {
    guard isASCII, let digit = Character(self).hexDigitValue else { return nil }
    return UInt32(digit)
  }
}
