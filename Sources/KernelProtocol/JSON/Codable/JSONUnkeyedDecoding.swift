/// The elements of an array being decoded, one after the other.
struct JSONUnkeyedDecoding: UnkeyedDecodingContainer {
  let array: [JSONValue]
  let codingPath: [any CodingKey]
  private(set) var currentIndex = 0

  init(array: [JSONValue], codingPath: [any CodingKey]) {
    self.array = array
    self.codingPath = codingPath
  }

  var count: Int? { array.count }

  var isAtEnd: Bool { currentIndex >= array.count }

  /// Moves on only past a null, as the protocol wants.
  mutating func decodeNil() throws -> Bool {
    guard try current().decodeNil() else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try current().decode(type)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    let container = try current().container(keyedBy: type)
    currentIndex += 1
    return container
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let container = try current().unkeyedContainer()
    currentIndex += 1
    return container
  }

  mutating func superDecoder() throws -> any Decoder {
    let decoder = try current()
    currentIndex += 1
    return decoder
  }

  private func current() throws(JSONError) -> JSONValueDecoder {
    guard !isAtEnd else {
      throw JSONError(
        .missingKey, path: JSONPath(codingPath),
        reason: "the array has only \(array.count) elements"
      )
    }
    let key = JSONCodingKey(intValue: currentIndex)
    return JSONValueDecoder(value: array[currentIndex], codingPath: codingPath + [key])
  }
}
