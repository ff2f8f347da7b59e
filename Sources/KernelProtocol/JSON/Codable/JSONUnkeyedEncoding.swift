/// The elements of an array being encoded.
struct JSONUnkeyedEncoding: UnkeyedEncodingContainer {
  let node: JSONEncodingNode
  let codingPath: [any CodingKey]

  var count: Int { node.elementCount }

  func encodeNil() { node.append().set(.null) }

  func encode<Value: Encodable>(_ value: Value) throws {
    try encoder().encode(value)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    encoder().container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }

  func superEncoder() -> any Encoder { encoder() }

  private func encoder() -> JSONValueEncoder {
    let key = JSONCodingKey(intValue: count)
    return JSONValueEncoder(node: node.append(), codingPath: codingPath + [key])
  }
}
