/// There is no `nil` literal on purpose: where a `JSONValue?` is meant, as in `condition ? nil :
/// value`, Swift would silently take it for a null that is there. Write `.null`.
extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  public init(booleanLiteral value: Bool) { self = .bool(value) }

  public init(integerLiteral value: Int64) { self = .integer(value) }

  public init(floatLiteral value: Double) { self = .double(value) }

  public init(stringLiteral value: String) { self = .string(value) }

  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements))
  }
}

extension JSONValue {
  public init(_ integer: Int) { self = .integer(Int64(integer)) }

  public init(_ strings: [String]) { self = .array(strings.map { .string($0) }) }

  /// A duration or other measured number: written as an integer when it is whole.
  public init(number: Double) {
    self = Int64(exactly: number).map { .integer($0) } ?? .double(number)
  }
}
