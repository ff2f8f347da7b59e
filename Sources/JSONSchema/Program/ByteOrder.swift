#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The order in which names and text are sorted for searching: by length, then byte by byte.
enum ByteOrder {
  /// Negative, zero or positive.
  @inline(__always)
  static func compare(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Int {
    guard left.count == right.count else { return left.count &- right.count }
    guard let start = left.baseAddress, let other = right.baseAddress else { return 0 }
    return Int(memcmp(start, other, left.count))
  }

  static func isBefore(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.withUnsafeBytes { left in right.withUnsafeBytes { compare(left, $0) < 0 } }
  }

  /// Searches what is sorted.
  ///
  /// - Parameter compare: how the sought one relates to the one at that place.
  @inline(__always)
  static func search(count: Int, _ compare: (Int) -> Int) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low &+ high) >> 1
      let order = compare(middle)
      if order == 0 { return middle }
      if order < 0 { high = middle } else { low = middle &+ 1 }
    }
    return nil
  }
}
