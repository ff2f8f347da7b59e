extension JSONStringRange {
  /// The characters that the range stands for. The range has been checked by ``JSONCursor``.
  func decode(in bytes: UnsafeRawBufferPointer) -> String {
    let raw = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
    guard hasEscapes else { return String(decoding: raw, as: UTF8.self) }
    var characters: [UInt8] = []
    Self.unescape(raw, to: &characters)
    return String(decoding: characters, as: UTF8.self)
  }

  /// Appends the characters as UTF-8.
  func append(in bytes: UnsafeRawBufferPointer, to out: inout [UInt8]) {
    Self.unescape(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), to: &out)
  }

  private static func unescape(_ raw: UnsafeRawBufferPointer, to out: inout [UInt8]) {
    out.reserveCapacity(out.count + raw.count)
    var offset = 0
    while offset < raw.count {
      let byte = raw[offset]
      guard byte == ASCII.backslash, offset + 1 < raw.count else {
        out.append(byte)
        offset += 1
        continue
      }
      if raw[offset + 1] == UInt8(ascii: "u") {
        offset += appendScalar(of: raw, at: offset, to: &out)
      } else {
        out.append(character(ofEscape: raw[offset + 1]))
        offset += 2
      }
    }
  }

  private static func character(ofEscape letter: UInt8) -> UInt8 {
    switch letter {
    case UInt8(ascii: "b"): ASCII.backspace
    case UInt8(ascii: "f"): ASCII.formFeed
    case UInt8(ascii: "n"): ASCII.newline
    case UInt8(ascii: "r"): ASCII.carriageReturn
    case UInt8(ascii: "t"): ASCII.tab
    default: letter
    }
  }

  /// Appends the scalar of `\uXXXX`, or of a pair of them, and returns how many bytes it took.
  private static func appendScalar(
    of raw: UnsafeRawBufferPointer, at offset: Int, to out: inout [UInt8]
  ) -> Int {
    let first = unit(in: raw, at: offset + 2)
    guard first & 0xFC00 == 0xD800 else {
      append(first, to: &out)
      return 6
    }
    let second = unit(in: raw, at: offset + 8)
    append(0x10000 + ((first & 0x3FF) << 10 | (second & 0x3FF)), to: &out)
    return 12
  }

  private static func unit(in raw: UnsafeRawBufferPointer, at offset: Int) -> UInt32 {
    var unit: UInt32 = 0
    for index in offset..<min(offset + 4, raw.count) {
      unit = unit << 4 | UInt32(ASCII.hexDigit(raw[index]) ?? 0)
    }
    return unit
  }

  private static func append(_ value: UInt32, to out: inout [UInt8]) {
    out.append(
      contentsOf: UTF8.encode(Unicode.Scalar(value) ?? "\u{FFFD}")
        ?? UTF8.encodedReplacementCharacter)
  }
}
