/// Fills one node with what an `Encodable` says of itself.
struct JSONValueEncoder: Encoder {
  let node: JSONEncodingNode
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    node.becomeObject()
    return KeyedEncodingContainer(JSONKeyedEncoding<Key>(node: node, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.becomeArray()
    return JSONUnkeyedEncoding(node: node, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { self }
}

extension JSONValueEncoder: SingleValueEncodingContainer {
  func encodeNil() { node.set(.null) }

  /// One generic method is the witness of all the standard library's requirements, one per type.
  /// A value that contains itself ends at the depth limit.
  func encode<Value: Encodable>(_ value: Value) throws {
    guard codingPath.count <= JSONDepth.value else {
      throw JSONError(
        .tooDeep, path: JSONPath(codingPath),
        reason: "nested more than \(JSONDepth.value) levels deep")
    }
    if let scalar = try scalar(value) {
      node.set(scalar)
    } else {
      try value.encode(to: self)
    }
  }

  /// The JSON of what is not made of parts; nil for everything else.
  private func scalar(_ value: any Encodable) throws(JSONError) -> JSONValue? {
    switch value {
    case let json as JSONValue: return json
    case let text as String: return .string(text)
    case let bool as Bool: return .bool(bool)
    case let double as Double: return .double(try finite(double))
    // By way of its text, so that 0.1 stays 0.1.
    case let float as Float: return .double(try finite(Double(float.description) ?? .nan))
    case let integer as any BinaryInteger: return .integer(try exact(integer))
    default: return nil
    }
  }

  private func finite(_ double: Double) throws(JSONError) -> Double {
    guard double.isFinite else {
      throw JSONError(
        .notFinite, path: JSONPath(codingPath), reason: "\(double) has no JSON form")
    }
    return double
  }

  private func exact(_ integer: some BinaryInteger) throws(JSONError) -> Int64 {
    guard let exact = Int64(exactly: integer) else {
      throw JSONError(
        .integerTooLarge, path: JSONPath(codingPath),
        reason: "\(integer) is beyond 64 bits; send it as text")
    }
    return exact
  }
}
