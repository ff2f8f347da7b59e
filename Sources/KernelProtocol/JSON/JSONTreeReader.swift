/// Builds the tree for ``JSONParser``; its recursion is bounded by the depth limit.
struct JSONTreeReader {
  /// Where a value stands, in bytes, and where the key does that leads to it in an object.
  struct Place {
    let pointer: JSONPointer
    let key: Int?
    let value: Int
  }

  private var cursor: JSONCursor
  private let options: JSONParser
  private let recordsPlaces: Bool
  private var depth = 0
  private var path: [String] = []
  /// In the order of the text: a container before what it contains.
  private(set) var places: [Place] = []

  init(_ bytes: UnsafeRawBufferPointer, options: JSONParser, recordsPlaces: Bool = false) {
    cursor = JSONCursor(bytes)
    self.options = options
    self.recordsPlaces = recordsPlaces
  }

  mutating func readDocument() throws(JSONFault) -> JSONValue {
    let value = try readValue(key: nil)
    try cursor.expectEnd()
    return value
  }

  private mutating func readValue(key: Int?) throws(JSONFault) -> JSONValue {
    cursor.skipWhitespace()
    let byte = try cursor.peek("a value")
    if recordsPlaces {
      places.append(Place(pointer: JSONPointer(path), key: key, value: cursor.offset))
    }
    switch byte {
    case ASCII.openBrace:
      return .object(try nested { (reader) throws(JSONFault) in try reader.readObject() })
    case ASCII.openBracket:
      return .array(try nested { (reader) throws(JSONFault) in try reader.readArray() })
    case ASCII.quote: return .string(try cursor.skipString("a string").decode(in: cursor.bytes))
    case ASCII.minus, ASCII.zero...ASCII.nine: return try readNumber()
    default:
      try cursor.skipScalar(startingWith: byte)
      return byte == UInt8(ascii: "n") ? .null : .bool(byte == UInt8(ascii: "t"))
    }
  }

  private mutating func nested<Value>(
    _ read: (inout JSONTreeReader) throws(JSONFault) -> Value
  ) throws(JSONFault) -> Value {
    guard depth < options.maximumDepth else { throw JSONFault(.tooDeep, at: cursor.offset) }
    depth += 1
    let value = try read(&self)
    depth -= 1
    return value
  }

  private mutating func readNumber() throws(JSONFault) -> JSONValue {
    let start = cursor.offset
    guard try cursor.skipNumber(), let integer = cursor.integer(in: start..<cursor.offset) else {
      return .double(cursor.double(in: start..<cursor.offset))
    }
    return .integer(integer)
  }

  private mutating func readArray() throws(JSONFault) -> [JSONValue] {
    cursor.offset += 1
    cursor.skipWhitespace()
    var elements: [JSONValue] = []
    if cursor.isAt({ $0 == ASCII.closeBracket }) {
      cursor.offset += 1
      return elements
    }
    repeat {
      if recordsPlaces { path.append(String(elements.count)) }
      elements.append(try readValue(key: nil))
      if recordsPlaces { path.removeLast() }
      cursor.skipWhitespace()
    } while try !cursor.skipCommaOrEnd(ASCII.closeBracket, "`,` or `]`")
    return elements
  }

  private mutating func readObject() throws(JSONFault) -> JSONObject {
    cursor.offset += 1
    cursor.skipWhitespace()
    var object = JSONObject()
    if cursor.isAt({ $0 == ASCII.closeBrace }) {
      cursor.offset += 1
      return object
    }
    var expected: StaticString = "a key in double quotes or `}`"
    repeat {
      cursor.skipWhitespace()
      try readMember(into: &object, expected)
      expected = "a key after the comma (JSON has no trailing commas)"
      cursor.skipWhitespace()
    } while try !cursor.skipCommaOrEnd(ASCII.closeBrace, "`,` or `}`")
    return object
  }

  private mutating func readMember(
    into object: inout JSONObject, _ expected: StaticString
  ) throws(JSONFault) {
    let start = cursor.offset
    let key = try cursor.skipKey(expected).decode(in: cursor.bytes)
    if recordsPlaces { path.append(key) }
    let value = try readValue(key: start)
    if recordsPlaces { path.removeLast() }
    guard object.updateValue(value, forKey: key) == nil || options.duplicateKeys == .lastWins else {
      throw JSONFault(.duplicateKey, at: start)
    }
  }
}
