/// A set of Unicode scalars, as sorted ranges that do not touch.
struct ScalarSet: Hashable {
  private(set) var ranges: [ClosedRange<UInt32>] = []

  static let largest: UInt32 = 0x10FFFF

  init() {}

  init(_ ranges: [ClosedRange<UInt32>]) {
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) { append(range) }
  }

  init(_ scalar: UInt32) { ranges = [scalar...scalar] }

  /// ASCII characters, for the sets that ECMA-262 spells out.
  init(ascii ranges: ClosedRange<Unicode.Scalar>...) {
    self.init(ranges.map { $0.lowerBound.value...$0.upperBound.value })
  }

  /// The scalars with a property. Looks at each of the 1.1 million, so ask once for each property.
  init(where predicate: (Unicode.Scalar.Properties) -> Bool) {
    var start: UInt32?
    for value in 0...Self.largest + 1 {
      let isMember = Unicode.Scalar(value).map { predicate($0.properties) } ?? false
      if isMember {
        start = start ?? value
      } else if let first = start {
        ranges.append(first...value - 1)
        start = nil
      }
    }
  }

  var inverted: ScalarSet {
    var result = ScalarSet()
    var next: UInt32 = 0
    for range in ranges {
      if range.lowerBound > next { result.ranges.append(next...range.lowerBound - 1) }
      next = range.upperBound + 1
    }
    if next <= Self.largest { result.ranges.append(next...Self.largest) }
    return result
  }

  func union(_ other: ScalarSet) -> ScalarSet { ScalarSet(ranges + other.ranges) }

  func contains(_ scalar: UInt32) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(scalar)
  }

  private mutating func append(_ range: ClosedRange<UInt32>) {
    guard let last = ranges.last, range.lowerBound <= last.upperBound + 1 else {
      return ranges.append(range)
    }
    ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
  }
}

/// The sets that ECMA-262 gives a letter (§22.2.2.9, CharacterClassEscape).
extension ScalarSet {
  static let digits = ScalarSet(ascii: "0"..."9")
  static let wordCharacters = ScalarSet(ascii: "0"..."9", "A"..."Z", "_"..."_", "a"..."z")
  static let lineTerminators = ScalarSet([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029])

  /// WhiteSpace and LineTerminator (§12.2, §12.3).
  static let whitespace = ScalarSet([
    0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
    0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
  ])
}
