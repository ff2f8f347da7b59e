/// Text compared byte by byte.
///
/// Swift's `String` compares by canonical equivalence: "é" as one scalar equals "e" and an accent.
/// JSON's keys and values do not, and a message must not change because of it.
struct ExactString: Hashable {
  let text: String

  init(_ text: String) {
    self.text = text
  }

  @inline(__always)
  static func == (left: ExactString, right: ExactString) -> Bool {
    left.text.hasSameBytes(as: right.text)
  }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension String {
  /// Equal as UTF-8, which is stricter than `==`.
  func hasSameBytes(as other: String) -> Bool {
    self == other && utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }
}
