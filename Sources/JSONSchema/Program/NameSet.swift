/// A set of small numbers: which of a schema's names an object has.
///
/// Up to 64 names, which is nearly always, it allocates nothing.
struct NameSet {
  private var first: UInt64 = 0
  private var rest: [UInt64] = []

  /// - Returns: whether it was not yet there.
  @inline(__always)
  mutating func insert(_ number: Int) -> Bool {
    guard number < 64 else { return insertFar(number) }
    let bit = UInt64(1) << UInt64(number)
    defer { first |= bit }
    return first & bit == 0
  }

  @inline(__always)
  func contains(_ number: Int) -> Bool {
    guard number < 64 else {
      let word = number / 64 - 1
      return word < rest.count && rest[word] & (1 << UInt64(number % 64)) != 0
    }
    return first & (UInt64(1) << UInt64(number)) != 0
  }

  private mutating func insertFar(_ number: Int) -> Bool {
    let word = number / 64 - 1
    while rest.count <= word { rest.append(0) }
    let bit = UInt64(1) << UInt64(number % 64)
    defer { rest[word] |= bit }
    return rest[word] & bit == 0
  }
}
