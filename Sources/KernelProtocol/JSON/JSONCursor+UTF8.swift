extension JSONCursor {
  /// Steps over one scalar of two to four bytes.
  ///
  /// The ranges are those of the Unicode Standard, table 3-7 (well-formed UTF-8): overlong forms,
  /// surrogates and values beyond U+10FFFF show in the second byte.
  mutating func skipMultibyteScalar() throws(JSONFault) {
    let lead = bytes[offset]
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF:
      length = 3
      if lead == 0xE0 { second = 0xA0...0xBF }
      if lead == 0xED { second = 0x80...0x9F }
    case 0xF0...0xF4:
      length = 4
      if lead == 0xF0 { second = 0x90...0xBF }
      if lead == 0xF4 { second = 0x80...0x8F }
    default: throw JSONFault(.brokenUTF8, at: offset)
    }
    guard offset &+ length <= bytes.count, second.contains(bytes[offset &+ 1]) else {
      throw JSONFault(.brokenUTF8, at: offset)
    }
    for index in 2..<max(length, 2) where bytes[offset &+ index] & 0xC0 != 0x80 {
      throw JSONFault(.brokenUTF8, at: offset)
    }
    offset &+= length
  }
}
