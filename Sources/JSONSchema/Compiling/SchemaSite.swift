import KernelProtocol

/// One schema that is being compiled, and typed access to its keywords.
struct SchemaSite {
  let object: JSONObject
  let place: SchemaPlace
  let location: SchemaLocation
  let resource: Int
  let node: Int32

  func has(_ keyword: String) -> Bool { object[keyword] != nil }

  func place(_ tokens: String...) -> SchemaPlace { place.appending(tokens) }

  func error(_ tokens: String..., reason: String) -> SchemaError {
    SchemaError(location.appending(tokens), reason)
  }

  func mismatch(_ keyword: String, _ expected: String) -> SchemaError {
    error(keyword, reason: "expected \(expected), got \(object[keyword]?.shortened ?? "nothing")")
  }

  func number(_ keyword: String) throws(SchemaError) -> SchemaNumber? {
    guard let value = object[keyword] else { return nil }
    guard let number = SchemaNumber(value) else { throw mismatch(keyword, "a number") }
    return number
  }

  /// A number from zero.
  func count(_ keyword: String) throws(SchemaError) -> Int? {
    guard let value = object[keyword] else { return nil }
    guard let count = value.intValue, count >= 0 else {
      throw mismatch(keyword, "a whole number from 0")
    }
    return count
  }

  func flag(_ keyword: String) throws(SchemaError) -> Bool {
    guard let value = object[keyword] else { return false }
    guard let flag = value.boolValue else { throw mismatch(keyword, "true or false") }
    return flag
  }

  func text(_ keyword: String) throws(SchemaError) -> String? {
    guard let value = object[keyword] else { return nil }
    guard let text = value.stringValue else { throw mismatch(keyword, "text") }
    return text
  }

  func names(_ keyword: String) throws(SchemaError) -> [String]? {
    guard let value = object[keyword] else { return nil }
    guard let elements = value.arrayValue else { throw mismatch(keyword, "an array of names") }
    return try names(elements, at: [keyword])
  }

  func names(_ elements: [JSONValue], at tokens: [String]) throws(SchemaError) -> [String] {
    var names: [String] = []
    for (index, element) in elements.enumerated() {
      guard let name = element.stringValue else {
        throw SchemaError(
          location.appending(tokens + [String(index)]), "expected a name, got \(element.shortened)")
      }
      names.append(name)
    }
    return names
  }

  func array(_ keyword: String, of what: String) throws(SchemaError) -> [JSONValue]? {
    guard let value = object[keyword] else { return nil }
    guard let array = value.arrayValue else { throw mismatch(keyword, "an array of \(what)") }
    return array
  }

  func map(_ keyword: String) throws(SchemaError) -> JSONObject? {
    guard let value = object[keyword] else { return nil }
    guard let map = value.objectValue else { throw mismatch(keyword, "an object") }
    return map
  }
}
