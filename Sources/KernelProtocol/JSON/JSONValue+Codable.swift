extension JSONValue {
  /// The JSON form of a Swift value.
  ///
  /// - Throws: ``JSONError`` with the path: ``JSONError/Code/notFinite`` for NaN and infinities,
  ///   ``JSONError/Code/integerTooLarge`` beyond 64 bits, ``JSONError/Code/notEncodable`` for what
  ///   the value itself refuses.
  public init(encoding value: some Encodable) throws(JSONError) {
    let node = JSONEncodingNode()
    do {
      try JSONValueEncoder(node: node, codingPath: []).encode(value)
    } catch let error as JSONError {
      throw error
    } catch EncodingError.invalidValue(_, let context) {
      throw JSONError(
        .notEncodable, path: JSONPath(context.codingPath), reason: context.debugDescription)
    } catch {
      throw JSONError(.notEncodable, path: JSONPath(), reason: "\(error)")
    }
    self = node.value
  }

  /// The Swift value that this is the JSON form of.
  ///
  /// - Throws: ``JSONError`` with the path to what is missing or of another type.
  public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws(JSONError) -> Value {
    do {
      return try JSONValueDecoder(value: self, codingPath: []).decode(type)
    } catch let error as JSONError {
      throw error
    } catch let error as DecodingError {
      throw JSONError(error)
    } catch {
      throw JSONError(.wrongType, path: JSONPath(), reason: "\(error)")
    }
  }
}

extension JSONError {
  fileprivate init(_ error: DecodingError) {
    switch error {
    case .keyNotFound(let key, let context):
      self.init(
        .missingKey, path: JSONPath(context.codingPath),
        reason: "the key `\(key.stringValue)` is missing")
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      self.init(.wrongType, path: JSONPath(context.codingPath), reason: context.debugDescription)
    @unknown default:
      self.init(.wrongType, path: JSONPath(), reason: "\(error)")
    }
  }
}

extension JSONValue: Codable {
  /// From any decoder, so that a typed structure can have parts of free form.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let bool = try? container.decode(Bool.self) {
      self = .bool(bool)
    } else if let integer = try? container.decode(Int64.self) {
      self = .integer(integer)
    } else if let double = try? container.decode(Double.self) {
      self = .double(double)
    } else if let string = try? container.decode(String.self) {
      self = .string(string)
    } else if let array = try? container.decode([JSONValue].self) {
      self = .array(array)
    } else {
      let object = try container.decode([String: JSONValue].self)
      self = .object(JSONObject(object.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let bool): try container.encode(bool)
    case .integer(let integer): try container.encode(integer)
    case .double(let double): try container.encode(double)
    case .string(let string): try container.encode(string)
    case .array(let array): try container.encode(array)
    case .object(let object):
      try container.encode(Dictionary(object.map { ($0.key, $0.value) }) { $1 })
    }
  }
}
