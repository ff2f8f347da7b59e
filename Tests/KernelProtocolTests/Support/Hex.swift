extension [UInt8] {
  /// From hexadecimal digits; nil when there is anything else.
  init?(hex: String) {
    let digits = Array<Character>(hex)
    guard digits.count.isMultiple(of: 2) else { return nil }
    self = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = UInt8(String(digits[index...index + 1]), radix: 16) else { return nil }
      append(byte)
    }
  }
}
