/// Lower-case hexadecimal of fixed width, without Foundation.
enum Hexadecimal {
  /// The 16 digits of a number.
  static func string(_ number: UInt64) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: 16) { buffer in
      for index in 0..<16 {
        buffer[index] = digits[Int((number >> (60 - 4 * UInt64(index))) & 15)]
      }
      return 16
    }
  }
}
