/// Bytes as pairs of hexadecimal digits.
enum Hex {
  private static let digits = Array("0123456789abcdef".utf8)

  /// The digits, lower-case.
  static func text(_ bytes: [UInt8]) -> String {
    String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The bytes; nil when it is no such text.
  static func bytes(_ text: String) -> [UInt8]? {
    let values = text.utf8.map { digit in digits.firstIndex(of: digit) }
    guard values.count.isMultiple(of: 2), !values.contains(nil) else { return nil }
    let numbers = values.compactMap { $0 }
    return stride(from: 0, to: numbers.count, by: 2).map {
      UInt8(numbers[$0] << 4 | numbers[$0 + 1])
    }
  }
}
