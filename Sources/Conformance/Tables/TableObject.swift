import KernelProtocol

/// One object of a table, read strictly: a key that nobody knows is a mistake, not a check that is left out in silence.
struct TableObject {
  let object: JSONObject
  let place: String

  /// The value as an object with no other keys than these.
  init(_ value: JSONValue, at place: String, keys: Set<String>? = nil) throws(TableError) {
    guard let object = value.objectValue else {
      throw TableError(place: place, message: "this must be an object")
    }
    self.object = object
    self.place = place
    guard let keys, let unknown = object.keys.first(where: { !keys.contains($0) }) else { return }
    let known = keys.sorted().joined(separator: ", ")
    throw TableError(place: place, message: "unknown key \"\(unknown)\"; known here: \(known)")
  }

  subscript(key: String) -> JSONValue? { object[key] }

  /// A text that must be there.
  func text(_ key: String) throws(TableError) -> String {
    guard let text = try optionalText(key) else { throw missing(key, "text") }
    return text
  }

  /// A text that may be absent.
  func optionalText(_ key: String) throws(TableError) -> String? {
    guard let value = object[key] else { return nil }
    guard let text = value.stringValue else { throw missing(key, "text") }
    return text
  }

  /// A number that may be absent.
  func number(_ key: String) throws(TableError) -> Double? {
    guard let value = object[key] else { return nil }
    guard let number = value.doubleValue else { throw missing(key, "a number") }
    return number
  }

  /// A text or a list of texts; empty when absent.
  func texts(_ key: String) throws(TableError) -> [String] {
    guard let value = object[key] else { return [] }
    if let text = value.stringValue { return [text] }
    let texts = value.arrayValue?.compactMap(\.stringValue) ?? []
    guard texts.count == value.arrayValue?.count else {
      throw missing(key, "text or a list of texts")
    }
    return texts
  }

  /// A truth value; false when absent.
  func flag(_ key: String) throws(TableError) -> Bool {
    guard let value = object[key] else { return false }
    guard let flag = value.boolValue else { throw missing(key, "true or false") }
    return flag
  }

  /// The members of an object; none when absent.
  func members(_ key: String) throws(TableError) -> JSONObject {
    guard let value = object[key] else { return [:] }
    return try TableObject(value, at: "\(place).\(key)").object
  }

  /// The elements of a list; none when absent.
  func list(_ key: String) throws(TableError) -> [JSONValue] {
    guard let value = object[key] else { return [] }
    guard let list = value.arrayValue else { throw missing(key, "a list") }
    return list
  }

  private func missing(_ key: String, _ expected: String) -> TableError {
    TableError(place: place, message: "\"\(key)\" must be \(expected)")
  }
}
