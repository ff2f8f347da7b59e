/// A number as its digits say: `mantissa` × 10 to the `exponent`, exactly.
///
/// For what a double cannot answer, such as whether 19.99 is a multiple of 0.01.
public struct JSONDecimal: Sendable, Equatable {
  public let isNegative: Bool
  public let mantissa: UInt64
  public let exponent: Int

  /// - Parameter bytes: a number of JSON's grammar.
  /// - Returns: nil when its digits do not fit into 64 bits.
  @inline(__always)
  init?(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) {
    var offset = range.lowerBound
    isNegative = bytes[offset] == ASCII.minus
    if isNegative { offset &+= 1 }
    var mantissa: UInt64 = 0
    var exponent = 0
    var isFraction = false
    while offset < range.upperBound, bytes[offset] | 0x20 != UInt8(ascii: "e") {
      if bytes[offset] == ASCII.dot {
        isFraction = true
      } else {
        // 10 × this + 9 is the largest that fits for certain.
        guard mantissa < UInt64.max / 10 else { return nil }
        mantissa = mantissa &* 10 &+ UInt64(bytes[offset] &- ASCII.zero)
        if isFraction { exponent &-= 1 }
      }
      offset &+= 1
    }
    if offset < range.upperBound {
      guard let power = Self.exponent(bytes, in: offset &+ 1..<range.upperBound) else { return nil }
      exponent &+= power
    }
    self.mantissa = mantissa
    self.exponent = exponent
  }

  /// The shortest decimal that reads back as `double`.
  public init?(_ double: Double) {
    guard double.isFinite else { return nil }
    var text = double.description
    let decimal = text.withUTF8 { utf8 in
      JSONDecimal(UnsafeRawBufferPointer(utf8), in: 0..<utf8.count)
    }
    guard let decimal else { return nil }
    self = decimal
  }

  private static func exponent(_ bytes: UnsafeRawBufferPointer, in range: Range<Int>) -> Int? {
    var value = 0
    let sign = bytes[range.lowerBound]
    let isSigned = sign == ASCII.minus || sign == UInt8(ascii: "+")
    for index in (range.lowerBound &+ (isSigned ? 1 : 0))..<range.upperBound {
      value = value &* 10 &+ Int(bytes[index] &- ASCII.zero)
      // Beyond every double; the caller's other way is right for it.
      guard value < 10_000 else { return nil }
    }
    return sign == ASCII.minus ? 0 &- value : value
  }
}

extension JSONDecimal {
  /// The nearest double when one multiplication or division of exact doubles gives it (W. D.
  /// Clinger, "How to read floating point numbers accurately"); nil for the hard cases.
  @inline(__always)
  var easyDouble: Double? {
    guard mantissa <= 1 << 53, exponent >= -22, exponent <= 22 else { return nil }
    let power = Self.powers[abs(exponent)]
    let magnitude = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
    return isNegative ? -magnitude : magnitude
  }

  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]

  /// Whether this is `divisor` times a whole number.
  public func isMultiple(of divisor: JSONDecimal) -> Bool {
    guard mantissa != 0 else { return true }
    guard divisor.mantissa != 0 else { return false }
    let shift = exponent - divisor.exponent
    if shift >= 0 {
      let power = Self.power(of: 10, shift, modulo: divisor.mantissa)
      return (UInt128(mantissa) * UInt128(power)) % UInt128(divisor.mantissa) == 0
    }
    // 10 to the 20th is beyond every mantissa, and so is its product with the divisor.
    guard shift >= -19 else { return false }
    let scale = (0..<(-shift)).reduce(UInt128(1)) { scale, _ in scale * 10 }
    return UInt128(mantissa) % (UInt128(divisor.mantissa) * scale) == 0
  }

  private static func power(of base: UInt64, _ exponent: Int, modulo: UInt64) -> UInt64 {
    var result = UInt128(1) % UInt128(modulo)
    var base = UInt128(base) % UInt128(modulo)
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result = result * base % UInt128(modulo) }
      base = base * base % UInt128(modulo)
      rest >>= 1
    }
    return UInt64(result)
  }
}

extension JSONToken {
  /// A number's digits, exactly; nil when they do not fit into 64 bits.
  public func decimal(in bytes: UnsafeRawBufferPointer) -> JSONDecimal? {
    JSONDecimal(bytes, in: range)
  }
}

extension JSONDecimal {
  public init(_ integer: Int64) {
    isNegative = integer < 0
    mantissa = integer.magnitude
    exponent = 0
  }
}

extension JSONDecimal: CustomStringConvertible {
  /// Without an exponent where that is short: `0.01`, `1500`; else as `1e-30`.
  public var description: String {
    let sign = isNegative ? "-" : ""
    let digits = String(mantissa)
    if exponent == 0 { return sign + digits }
    guard (-20..<0).contains(exponent) else {
      return (0...6).contains(exponent)
        ? sign + digits + String(repeating: "0", count: exponent) : "\(sign)\(digits)e\(exponent)"
    }
    let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
    return "\(sign)\(padded.dropLast(-exponent)).\(padded.suffix(-exponent))"
  }
}
