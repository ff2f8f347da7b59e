/// Finds the case of an enum by the bytes of its name, without making a string of them.
struct NameTable<Name: RawRepresentable & CaseIterable & Sendable>: Sendable
where Name.RawValue == String {
  /// The cases by the length of their names: one array access leaves a handful to compare.
  private let byLength: [[(name: [UInt8], value: Name)]]

  init() {
    let longest = Name.allCases.map(\.rawValue.utf8.count).max() ?? 0
    byLength = (0...longest).map { length in
      Name.allCases.filter { $0.rawValue.utf8.count == length }
        .map { (Array($0.rawValue.utf8), $0) }
    }
  }

  @inline(__always)
  subscript(name: UnsafeRawBufferPointer) -> Name? {
    guard name.count < byLength.count else { return nil }
    for candidate in byLength[name.count] where name.elementsEqual(candidate.name) {
      return candidate.value
    }
    return nil
  }

  /// The case that a scanned key or string names; also one that is written with escapes.
  @inline(__always)
  subscript(slice: JSONSlice) -> Name? {
    guard let plain = slice.plainCharacters else {
      return slice.string.flatMap { Name(rawValue: $0) }
    }
    return self[plain]
  }
}
