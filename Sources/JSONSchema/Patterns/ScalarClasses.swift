/// Divides the scalars into classes that a regular expression cannot tell apart, so that an
/// automaton needs one column for each class.
struct ScalarClasses: Sendable {
  /// For each class, whether each of the sets contains its scalars.
  private(set) var members: [[Bool]] = []
  private let ascii: [UInt16]
  /// Where the ranges beyond ASCII begin, and the class of each.
  private let starts: [UInt32]
  private let classes: [UInt16]

  init(of sets: [ScalarSet]) {
    var cuts: Set<UInt32> = [0, 0x80]
    for range in sets.flatMap(\.ranges) {
      cuts.insert(range.lowerBound)
      cuts.insert(range.upperBound + 1)
    }
    let starts = cuts.filter { $0 <= ScalarSet.largest }.sorted()
    var known: [[Bool]: UInt16] = [:]
    var members: [[Bool]] = []
    let classes = starts.map { start -> UInt16 in
      let signature = sets.map { $0.contains(start) }
      if let number = known[signature] { return number }
      members.append(signature)
      let number = UInt16(members.count - 1)
      known[signature] = number
      return number
    }
    self.members = members
    self.starts = starts
    self.classes = classes
    ascii = (0..<0x80).map { classes[Self.range(of: UInt32($0), in: starts)] }
  }

  var count: Int { members.count }

  @inline(__always)
  func ofASCII(_ byte: UInt8) -> Int { Int(ascii[Int(byte)]) }

  func of(_ scalar: UInt32) -> Int { Int(classes[Self.range(of: scalar, in: starts)]) }

  /// The last range that begins at or before the scalar.
  private static func range(of scalar: UInt32, in starts: [UInt32]) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= scalar { low = middle } else { high = middle }
    }
    return low
  }
}
