/// The types of JSON Schema that a value may have.
struct TypeSet: OptionSet, Sendable, Hashable {
  let rawValue: UInt8

  static let null = TypeSet(rawValue: 1)
  static let boolean = TypeSet(rawValue: 2)
  /// Numbers without a fraction, however they are written: `1.0` too.
  static let integer = TypeSet(rawValue: 4)
  /// Numbers with a fraction.
  static let fraction = TypeSet(rawValue: 8)
  static let string = TypeSet(rawValue: 16)
  static let array = TypeSet(rawValue: 32)
  static let object = TypeSet(rawValue: 64)

  static let number: TypeSet = [.integer, .fraction]
  static let all: TypeSet = [.null, .boolean, .number, .string, .array, .object]

  /// - Parameter name: as `type` spells it.
  init?(named name: String) {
    switch name {
    case "null": self = .null
    case "boolean": self = .boolean
    case "integer": self = .integer
    case "number": self = .number
    case "string": self = .string
    case "array": self = .array
    case "object": self = .object
    default: return nil
    }
  }

  static let names = ["null", "boolean", "integer", "number", "string", "array", "object"]

  init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The names that describe the set, the widest first.
  var names: [String] {
    var rest = self
    return ["object", "array", "string", "number", "integer", "boolean", "null"].filter { name in
      guard let types = TypeSet(named: name), rest.isSuperset(of: types) else { return false }
      rest.subtract(types)
      return true
    }
  }

  /// Such as "an object or a string".
  var description: String { Self.list(names.map(Self.withArticle)) }

  static func withArticle(_ name: String) -> String {
    switch name {
    case "null": "null"
    case "integer", "object", "array": "an \(name)"
    default: "a \(name)"
    }
  }

  private static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
    return words.dropLast().joined(separator: ", ") + " or " + last
  }
}
