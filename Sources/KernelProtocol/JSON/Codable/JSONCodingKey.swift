/// A key or an index on the way to a value, in the form that `Codable` wants.
struct JSONCodingKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  init(intValue: Int) {
    stringValue = String(intValue)
    self.intValue = intValue
  }

  /// The key that `superEncoder()` uses by convention.
  static let superclass = JSONCodingKey(stringValue: "super")
}

extension JSONPath {
  init(_ codingPath: [any CodingKey]) {
    self.init(codingPath.map { $0.intValue.map { .index($0) } ?? .key($0.stringValue) })
  }
}
