extension JSONCursor {
  /// Steps over one value of any kind, checking all of it, without recursion.
  ///
  /// - Parameter maximumDepth: levels of arrays and objects, at most ``JSONNesting/capacity``.
  mutating func skipValue(maximumDepth: Int) throws(JSONFault) {
    var nesting = JSONNesting()
    let limit = min(maximumDepth, JSONNesting.capacity)
    repeat {
      skipWhitespace()
      let byte = try peek("a value")
      if byte == ASCII.openBrace || byte == ASCII.openBracket {
        guard nesting.depth < limit else { throw JSONFault(.tooDeep, at: offset) }
        nesting.open(object: byte == ASCII.openBrace)
        if try openContainer(&nesting) { continue }
      } else {
        try skipScalar(startingWith: byte)
      }
      try closeContainers(&nesting)
    } while nesting.depth > 0
  }

  /// Steps over a string, number or literal.
  @inline(__always)
  mutating func skipScalar(startingWith byte: UInt8) throws(JSONFault) {
    switch byte {
    case ASCII.quote: _ = try skipString("a string")
    case ASCII.minus, ASCII.zero...ASCII.nine: _ = try skipNumber()
    case UInt8(ascii: "t"): try skipLiteral("true")
    case UInt8(ascii: "f"): try skipLiteral("false")
    case UInt8(ascii: "n"): try skipLiteral("null")
    default: throw JSONFault(.unexpectedCharacter, at: offset, expected: "a value")
    }
  }

  /// Steps over the opening bracket and, in an object, over the first key.
  ///
  /// - Returns: whether a value follows; false when the container is empty and has been closed.
  @inline(__always)
  private mutating func openContainer(_ nesting: inout JSONNesting) throws(JSONFault) -> Bool {
    offset &+= 1
    skipWhitespace()
    let closing = nesting.isInObject ? ASCII.closeBrace : ASCII.closeBracket
    if isAt({ $0 == closing }) {
      offset &+= 1
      nesting.close()
      return false
    }
    if nesting.isInObject { _ = try skipKey("a key in double quotes or `}`") }
    return true
  }

  /// After a value: closes what ends here and steps over the comma before the next value.
  @inline(__always)
  private mutating func closeContainers(_ nesting: inout JSONNesting) throws(JSONFault) {
    while nesting.depth > 0 {
      skipWhitespace()
      if nesting.isInObject {
        guard try skipCommaOrEnd(ASCII.closeBrace, "`,` or `}`") else {
          skipWhitespace()
          _ = try skipKey("a key after the comma (JSON has no trailing commas)")
          return
        }
      } else {
        guard try skipCommaOrEnd(ASCII.closeBracket, "`,` or `]`") else { return }
      }
      nesting.close()
    }
  }

  /// - Returns: whether it was the end of the container.
  @inline(__always)
  mutating func skipCommaOrEnd(_ end: UInt8, _ expected: StaticString) throws(JSONFault) -> Bool {
    let byte = try peek(expected)
    guard byte == ASCII.comma || byte == end else {
      throw JSONFault(.unexpectedCharacter, at: offset, expected: expected)
    }
    offset &+= 1
    return byte == end
  }

  /// Steps over a key and its colon; the cursor stands on the key.
  @inline(__always)
  mutating func skipKey(_ expected: StaticString) throws(JSONFault) -> JSONStringRange {
    let key = try skipString(expected)
    skipWhitespace()
    try expect(ASCII.colon, "`:` after the key")
    return key
  }
}
