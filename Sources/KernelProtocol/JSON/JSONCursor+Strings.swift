extension JSONCursor {
  /// Steps over a string, checking escapes, control characters and UTF-8.
  ///
  /// - Returns: where its characters lie, without the quotes.
  @inline(__always)
  mutating func skipString(_ expected: StaticString) throws(JSONFault) -> JSONStringRange {
    try expect(ASCII.quote, expected)
    let start = offset
    var hasEscapes = false
    while true {
      skipPlainText()
      let byte = try peek("the closing quote of a string")
      switch byte {
      case ASCII.quote:
        offset &+= 1
        return JSONStringRange(start: start, end: offset &- 1, hasEscapes: hasEscapes)
      case ASCII.backslash:
        hasEscapes = true
        try skipEscape()
      case 0x80...:
        try skipMultibyteScalar()
      default:
        throw JSONFault(.controlCharacter, at: offset)
      }
    }
  }

  /// Steps over ASCII that stands for itself, eight bytes at a time.
  ///
  /// The tests are the well-known "has a zero byte" and "has a byte less than n" (Bit Twiddling
  /// Hacks): carries spoil only bytes above the first hit, and only the first hit is used.
  @inline(__always)
  private mutating func skipPlainText() {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    while offset &+ 8 <= bytes.count {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      let quotes = word ^ (ones &* UInt64(ASCII.quote))
      let backslashes = word ^ (ones &* UInt64(ASCII.backslash))
      let controls = (word &- (ones &* UInt64(ASCII.space))) & ~word
      let special =
        (((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes) | controls | word)
        & highs
      guard special == 0 else {
        offset &+= special.trailingZeroBitCount >> 3
        return
      }
      offset &+= 8
    }
    while isAt({ $0 >= ASCII.space && $0 < 0x80 && $0 != ASCII.quote && $0 != ASCII.backslash }) {
      offset &+= 1
    }
  }

  private mutating func skipEscape() throws(JSONFault) {
    let start = offset
    offset &+= 1
    switch try peek("an escape") {
    case ASCII.quote, ASCII.backslash, ASCII.slash, UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      offset &+= 1
    case UInt8(ascii: "u"):
      try skipUnicodeEscape(from: start)
    default:
      throw JSONFault(.badEscape, at: start)
    }
  }

  /// Steps over `uXXXX`, and over the second half when that was a high surrogate.
  private mutating func skipUnicodeEscape(from start: Int) throws(JSONFault) {
    offset &+= 1
    let unit = try skipHexUnit(of: start)
    guard unit & 0xF800 == 0xD800 else { return }
    guard unit < 0xDC00, isAt({ $0 == ASCII.backslash }), offset &+ 1 < bytes.count,
      bytes[offset &+ 1] == UInt8(ascii: "u")
    else { throw JSONFault(.loneSurrogate, at: start) }
    offset &+= 2
    guard try skipHexUnit(of: start) & 0xFC00 == 0xDC00 else {
      throw JSONFault(.loneSurrogate, at: start)
    }
  }

  private mutating func skipHexUnit(of start: Int) throws(JSONFault) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = ASCII.hexDigit(try peek("four hex digits")) else {
        throw JSONFault(.badEscape, at: start)
      }
      unit = unit << 4 | UInt16(digit)
      offset &+= 1
    }
    return unit
  }
}
