/// Why a text is not acceptable JSON, or a value has no JSON form.
///
/// From reading it carries the ``position``; from writing, encoding and decoding the ``path``.
public struct JSONError: Error, Sendable, Equatable {
  public enum Code: String, Sendable, CaseIterable {
    // Reading.
    case unexpectedEnd = "unexpected_end"
    case unexpectedCharacter = "unexpected_character"
    case trailingText = "trailing_text"
    case badNumber = "bad_number"
    case badEscape = "bad_escape"
    case loneSurrogate = "lone_surrogate"
    case brokenUTF8 = "broken_utf8"
    case controlCharacter = "control_character"
    case duplicateKey = "duplicate_key"
    case notAnObject = "not_an_object"
    // Reading and writing.
    case integerTooLarge = "integer_too_large"
    case numberTooLarge = "number_too_large"
    case tooDeep = "too_deep"
    // Writing, and the bridge to Codable.
    case notFinite = "not_finite"
    case wrongType = "wrong_type"
    case missingKey = "missing_key"
    case notEncodable = "not_encodable"
  }

  public let code: Code
  /// Where in the text, when one was read.
  public let position: JSONPosition?
  /// Which value, when one was written or converted.
  public let path: JSONPath?
  /// What is wrong and what is right instead, without the place.
  public let reason: String

  init(_ code: Code, position: JSONPosition? = nil, path: JSONPath? = nil, reason: String) {
    self.code = code
    self.position = position
    self.path = path
    self.reason = reason
  }

  /// The same error, seen from the container that holds the value.
  func inside(_ element: JSONPath.Element) -> JSONError {
    JSONError(
      code, position: position, path: (path ?? JSONPath()).prefixed(by: element), reason: reason)
  }
}

extension JSONError: CustomStringConvertible {
  /// A sentence that begins with the place: `line 3, column 7: expected …`.
  public var description: String {
    if let position { return "\(position): \(reason)" }
    if let path { return "\(path): \(reason)" }
    return reason
  }
}
