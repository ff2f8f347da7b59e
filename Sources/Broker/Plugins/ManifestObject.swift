import KernelProtocol

/// One object of a manifest, read key by key, with errors that say where.
struct ManifestObject {
  let object: JSONObject
  let pointer: JSONPointer

  /// The value as an object, of which only these keys may be used; nil allows any.
  init(
    _ value: JSONValue, at pointer: JSONPointer, keys known: [String]?
  ) throws(ManifestProblem) {
    guard let object = value.objectValue else {
      throw ManifestProblem(pointer, "this must be an object, in braces")
    }
    self.object = object
    self.pointer = pointer
    guard let known else { return }
    for key in object.keys where !known.contains(key) && !key.hasPrefix("x-") {
      throw Self.unknown(key, at: pointer.appending(key), known: known)
    }
  }

  /// The text of a key that must be there and not be empty.
  func text(_ key: String, for purpose: String) throws(ManifestProblem) -> String {
    guard let value = object[key] else {
      throw ManifestProblem(pointer, "\"\(key)\" is missing: \(purpose)")
    }
    guard let text = value.stringValue, !text.isEmpty else {
      throw ManifestProblem(pointer.appending(key), "\"\(key)\" must be text: \(purpose)")
    }
    return text
  }

  /// The truth value of a key that may be absent.
  func flag(_ key: String) throws(ManifestProblem) -> Bool {
    guard let value = object[key] else { return false }
    guard let flag = value.boolValue else {
      throw ManifestProblem(pointer.appending(key), "\"\(key)\" must be true or false")
    }
    return flag
  }

  /// The list of texts of a key that may be absent, each with its place.
  func texts(_ key: String) throws(ManifestProblem) -> [(text: String, pointer: JSONPointer)] {
    guard let value = object[key] else { return [] }
    let place = pointer.appending(key)
    guard let list = value.arrayValue else {
      throw ManifestProblem(place, "\"\(key)\" must be a list of texts, in brackets")
    }
    var texts: [(String, JSONPointer)] = []
    for (index, item) in list.enumerated() {
      guard let text = item.stringValue, !text.isEmpty else {
        throw ManifestProblem(place.appending(index), "this must be text")
      }
      texts.append((text, place.appending(index)))
    }
    return texts
  }

  /// The object of a key that may be absent.
  func child(_ key: String, keys: [String]?) throws(ManifestProblem) -> ManifestObject? {
    guard let value = object[key] else { return nil }
    return try ManifestObject(value, at: pointer.appending(key), keys: keys)
  }

  /// The JSON Schema of a key that may be absent: an object, or true or false.
  func schema(_ key: String) throws(ManifestProblem) -> DeclaredSchema? {
    guard let value = object[key] else { return nil }
    guard value.objectValue != nil || value.boolValue != nil else {
      throw ManifestProblem(pointer.appending(key), "a JSON Schema is an object, or true or false")
    }
    return try DeclaredSchema(value, at: pointer.appending(key))
  }

  private static func unknown(
    _ key: String, at pointer: JSONPointer, known: [String]
  ) -> ManifestProblem {
    let hint =
      NearestNames.best(key, among: known).map { "did you mean \"\($0)\"?" }
      ?? "known here: \(known.filter { $0 != "$schema" }.joined(separator: ", "))"
    return ManifestProblem(pointer, "unknown key \"\(key)\"; \(hint)")
  }
}
