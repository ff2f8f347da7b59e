import KernelProtocol

/// What is expected of a step; what is not named is not looked at.
struct Expectation: Sendable {
  /// Unless said, `ok`; `handler_error` when an error is described that is not the error of a state.
  let outcome: JSONValue
  /// A pattern for the value (of a stream, the list of its items).
  let value: JSONValue?
  /// Hexadecimal bytes by the JSON pointer of their place in the value.
  let bytes: JSONObject?
  /// Patterns for fields of the error object; `state`, `output` and so on for what has those.
  let fields: JSONObject
  /// The most seconds that it may take.
  let within: Double?

  /// Reads the `expect` of a step.
  init(_ value: JSONValue, at place: String) throws(TableError) {
    let table = try TableObject(
      value, at: place,
      keys: ["outcome", "value", "bytes", "error", "within", "state", "output", "traceback"])
    try Matcher.checkRules(value, at: place)
    let isFailure = table["error"] != nil && table["state"] == nil
    outcome = table["outcome"] ?? (isFailure ? "handler_error" : "ok")
    self.value = table["value"]
    bytes = table["bytes"] == nil ? nil : try table.members("bytes")
    within = try table.number("within")
    var fields = JSONObject()
    for key in ["error", "state", "output", "traceback"] { fields[key] = table[key] }
    self.fields = fields
  }
}
