/// Offers one value to a `Decodable`.
struct JSONValueDecoder: Decoder {
  let value: JSONValue
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let object) = value else { throw wrongType("an object") }
    return KeyedDecodingContainer(JSONKeyedDecoding<Key>(object: object, codingPath: codingPath))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let array) = value else { throw wrongType("an array") }
    return JSONUnkeyedDecoding(array: array, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  private func wrongType(_ expected: String) -> JSONError {
    JSONError(
      .wrongType, path: JSONPath(codingPath),
      reason: "expected \(expected), got \(value.kindName)")
  }
}

extension JSONValueDecoder: SingleValueDecodingContainer {
  func decodeNil() -> Bool { value.isNull }

  /// One generic method is the witness of all the standard library's requirements, one per type.
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try scalar(type) ?? Value(from: self)
  }

  /// nil for a type that is made of parts.
  private func scalar<Value>(_ type: Value.Type) throws(JSONError) -> Value? {
    switch type {
    case is JSONValue.Type: return value as? Value
    case is String.Type: return try checked(value.stringValue, "text")
    case is Bool.Type: return try checked(value.boolValue, "true or false")
    case is Double.Type: return try checked(value.doubleValue, "a number")
    case is Float.Type: return try checked(value.doubleValue.map { Float($0) }, "a number")
    case let type as any FixedWidthInteger.Type: return try checked(integer(type), "\(type)")
    default: return nil
    }
  }

  private func checked<Value>(
    _ scalar: (some Any)?, _ expected: String
  ) throws(JSONError) -> Value {
    guard let scalar, let value = scalar as? Value else { throw wrongType(expected) }
    return value
  }

  /// Whole numbers only, within the range of the type.
  private func integer<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
    switch value {
    case .integer(let integer): Number(exactly: integer)
    case .double(let double): Number(exactly: double)
    default: nil
    }
  }
}
