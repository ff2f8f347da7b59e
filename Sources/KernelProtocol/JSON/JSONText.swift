/// How single values are spelled in JSON; shared by all that write it.
enum JSONText {
  /// Appends a string with its quotes. Escaped are only what must be (RFC 8259 §7): quote,
  /// backslash and control characters.
  static func append(_ string: String, to out: inout [UInt8]) {
    var string = string
    out.append(ASCII.quote)
    string.withUTF8 { characters in
      var pending = 0
      for index in characters.indices where mustEscape(characters[index]) {
        out.append(contentsOf: UnsafeBufferPointer(rebasing: characters[pending..<index]))
        appendEscape(of: characters[index], to: &out)
        pending = index + 1
      }
      out.append(contentsOf: UnsafeBufferPointer(rebasing: characters[pending...]))
    }
    out.append(ASCII.quote)
  }

  @inline(__always)
  private static func mustEscape(_ byte: UInt8) -> Bool {
    byte < ASCII.space || byte == ASCII.quote || byte == ASCII.backslash
  }

  private static func appendEscape(of byte: UInt8, to out: inout [UInt8]) {
    out.append(ASCII.backslash)
    switch byte {
    case ASCII.quote, ASCII.backslash: out.append(byte)
    case ASCII.backspace: out.append(UInt8(ascii: "b"))
    case ASCII.formFeed: out.append(UInt8(ascii: "f"))
    case ASCII.newline: out.append(UInt8(ascii: "n"))
    case ASCII.carriageReturn: out.append(UInt8(ascii: "r"))
    case ASCII.tab: out.append(UInt8(ascii: "t"))
    default:
      out.append(contentsOf: "u00".utf8)
      out.append(ASCII.hexCharacter(byte >> 4))
      out.append(ASCII.hexCharacter(byte))
    }
  }

  /// Appends the decimal digits, without an intermediate string.
  static func append(_ integer: Int64, to out: inout [UInt8]) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var rest = integer.magnitude
      var start = digits.count
      repeat {
        start -= 1
        digits[start] = ASCII.zero + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      if integer < 0 {
        start -= 1
        digits[start] = ASCII.minus
      }
      out.append(contentsOf: UnsafeBufferPointer(rebasing: digits[start...]))
    }
  }

  /// Appends the shortest text that reads back as the same double, as `description` gives it.
  ///
  /// - Returns: false, with nothing appended, for NaN and the infinities, which have no JSON.
  static func append(_ double: Double, to out: inout [UInt8]) -> Bool {
    guard double.isFinite else { return false }
    out.append(contentsOf: double.description.utf8)
    return true
  }
}
