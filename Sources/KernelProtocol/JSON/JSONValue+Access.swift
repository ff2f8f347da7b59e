/// Typed access: nil where the value is of another type, so that a hostile text never traps.
extension JSONValue {
  public var isNull: Bool {
    if case .null = self { true } else { false }
  }

  public var boolValue: Bool? {
    if case .bool(let bool) = self { bool } else { nil }
  }

  /// A whole number: `3` and, because some languages write integers so, `3.0`.
  public var intValue: Int? {
    switch self {
    case .integer(let integer): Int(exactly: integer)
    case .double(let double): Int(exactly: double)
    default: nil
    }
  }

  /// Any number; an integer beyond 2^53 is rounded.
  public var doubleValue: Double? {
    switch self {
    case .integer(let integer): Double(integer)
    case .double(let double): double
    default: nil
    }
  }

  public var stringValue: String? {
    if case .string(let string) = self { string } else { nil }
  }

  public var arrayValue: [JSONValue]? {
    if case .array(let array) = self { array } else { nil }
  }

  public var objectValue: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }

  /// The member of an object; nil when absent or when this is no object.
  public subscript(key: String) -> JSONValue? { objectValue?[key] }

  /// The element of an array; nil when out of range or when this is no array.
  public subscript(index: Int) -> JSONValue? {
    guard let array = arrayValue, array.indices.contains(index) else { return nil }
    return array[index]
  }

  /// The value that a pointer leads to (RFC 6901); nil when it leads nowhere.
  public subscript(pointer: JSONPointer) -> JSONValue? {
    var value = self
    for token in pointer.tokens {
      let next: JSONValue?
      switch value {
      case .object(let object): next = object[token]
      case .array: next = JSONPointer.arrayIndex(token).flatMap { value[$0] }
      default: next = nil
      }
      guard let next else { return nil }
      value = next
    }
    return value
  }
}
