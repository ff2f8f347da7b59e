/// Lower-case hexadecimal of fixed width, without Foundation.
enum Hexadecimal {
  /// The 16 digits of a number.
  static func string(_ number: UInt64) -> String {
    String(unsafeUninitializedCapacity: 16) { buffer in
      write(number, to: buffer, at: 0)
      return 16
    }
  }

  /// Writes the 16 digits of a number from a place on.
  static func write(
    _ number: UInt64, to buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int
  ) {
    for index in 0..<16 {
      let digit = UInt8(truncatingIfNeeded: number >> (60 - 4 * UInt64(index))) & 15
      buffer[start + index] = digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
    }
  }
}
