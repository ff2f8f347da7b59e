extension JSONCursor {
  /// Steps over a number and refuses one that cannot be carried (specs/kernel-protocol.md §2.2):
  /// an integer beyond 64 bits, a float beyond the range of a double.
  ///
  /// - Returns: whether it is an integer, that is written without fraction and exponent.
  @inline(__always)
  mutating func skipNumber() throws(JSONFault) -> Bool {
    let start = offset
    if isAt({ $0 == ASCII.minus }) { offset &+= 1 }
    let first = offset
    try skipDigits("a digit")
    if bytes[first] == ASCII.zero, offset > first &+ 1 {
      throw JSONFault(.badNumber, at: first, expected: "no zero in front")
    }
    guard isAt({ $0 == ASCII.dot || $0 | 0x20 == UInt8(ascii: "e") }) else {
      // 18 digits always fit into 64 bits.
      if offset &- first > 18, integer(in: start..<offset) == nil {
        throw JSONFault(.integerTooLarge, at: start)
      }
      return true
    }
    try skipFractionAndExponent(of: start)
    return false
  }

  @inline(__always)
  private mutating func skipDigits(_ expected: StaticString) throws(JSONFault) {
    guard isAt(ASCII.isDigit) else { throw JSONFault(.badNumber, at: offset, expected: expected) }
    while isAt(ASCII.isDigit) { offset &+= 1 }
  }

  private mutating func skipFractionAndExponent(of start: Int) throws(JSONFault) {
    if isAt({ $0 == ASCII.dot }) {
      offset &+= 1
      try skipDigits("a digit after the point")
    }
    var hasExponent = false
    if isAt({ $0 | 0x20 == UInt8(ascii: "e") }) {
      hasExponent = true
      offset &+= 1
      if isAt({ $0 == ASCII.minus || $0 == UInt8(ascii: "+") }) { offset &+= 1 }
      try skipDigits("a digit in the exponent")
    }
    // Without an exponent only a number of more than 308 digits can be out of range.
    if hasExponent || offset &- start > 300, !double(in: start..<offset).isFinite {
      throw JSONFault(.numberTooLarge, at: start)
    }
  }

  /// The integer that the bytes spell, or nil when it is beyond 64 bits.
  @inline(__always)
  func integer(in range: Range<Int>) -> Int64? {
    let isNegative = bytes[range.lowerBound] == ASCII.minus
    var magnitude: UInt64 = 0
    for index in (range.lowerBound &+ (isNegative ? 1 : 0))..<range.upperBound {
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(bytes[index] &- ASCII.zero))
      guard !overflow, !carry else { return nil }
      magnitude = sum
    }
    guard isNegative else { return Int64(exactly: magnitude) }
    return magnitude <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
  }

  /// The double nearest to what the bytes spell; infinite when that is out of range.
  func double(in range: Range<Int>) -> Double {
    if let double = JSONDecimal(bytes, in: range)?.easyDouble { return double }
    let text = String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    return Double(text) ?? .infinity
  }
}
