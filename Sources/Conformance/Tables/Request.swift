import KernelProtocol

/// A call that a step makes.
struct Request: Sendable {
  let method: String
  let params: JSONValue
  /// Hexadecimal bytes by the JSON pointer of their place in the parameters.
  let bytes: JSONObject
  /// Seconds.
  let timeout: Double?

  /// Reads the request of a step whose action has the method's name.
  init(_ key: String, _ table: TableObject) throws(TableError) {
    method = try table.text(key)
    params = table["params"] ?? [:]
    bytes = try table.members("bytes")
    timeout = try table.number("timeout")
  }
}
