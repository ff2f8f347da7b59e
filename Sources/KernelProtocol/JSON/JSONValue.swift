/// One JSON value, faithful to what specs/kernel-protocol.md §2.2 promises.
///
/// A number without fraction and exponent is an ``integer(_:)``, exact to 64 bits; every other is a
/// ``double(_:)``. Numbers are equal by value (`1 == 1.0`), text by its bytes, objects by their
/// keys whatever the order.
public enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)

  /// What the value is, as an error message names it.
  public var kindName: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .integer: "integer"
    case .double: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

extension JSONValue: CustomStringConvertible {
  /// Compact JSON; NaN and the infinities, which have no JSON, as `null`.
  public var description: String {
    var builder = JSONBuilder()
    builder.value(self)
    return String(decoding: builder.bytes, as: UTF8.self)
  }
}
