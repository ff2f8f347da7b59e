/// Where text may be cut without cutting a character.
enum UTF8Boundary {
  /// The last index up to `end` that does not stand inside an unfinished character of `bytes`.
  /// Bytes that are no beginning of a character are not waited for.
  static func before(_ end: Int, in bytes: ArraySlice<UInt8>) -> Int {
    let earliest = max(bytes.startIndex, end - 3)
    var index = end - 1
    while index >= earliest {
      let length = sequenceLength(bytes[index])
      if length > 0 { return index + length > end ? index : end }
      index -= 1
    }
    return end
  }

  /// The first index from `start` that does not stand inside a character.
  static func after(_ start: Int, in bytes: ArraySlice<UInt8>) -> Int {
    let latest = min(bytes.endIndex, start + 3)
    return (start..<latest).first { bytes[$0] & 0xC0 != 0x80 } ?? latest
  }

  /// The bytes of the character that begins with `byte`; 0 when it continues one (RFC 3629,
  /// section 3).
  private static func sequenceLength(_ byte: UInt8) -> Int {
    switch byte {
    case 0x80..<0xC0: 0
    case 0xC2..<0xE0: 2
    case 0xE0..<0xF0: 3
    case 0xF0..<0xF5: 4
    default: 1
    }
  }
}
