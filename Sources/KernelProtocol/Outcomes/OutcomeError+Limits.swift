/// The outcomes of refused messages: permission, shape, size and rate.
extension OutcomeError {
  /// - Parameter permission: what is missing, `call:pricing.quote`.
  public static func permissionDenied(plugin: String, permission: String) -> OutcomeError {
    OutcomeError(
      .permissionDenied,
      "\(plugin) may not \(permission.replacing(":", with: " ", maxReplacements: 1)): its manifest does not ask"
        + " for it, or the host does not grant it.",
      details: ["permission": .string(permission)])
  }

  /// - Parameter pointer: JSON pointer to the wrong value.
  public static func invalidPayload(
    pointer: String, expected: String, got: JSONValue? = nil
  ) -> OutcomeError {
    mismatch(.invalidPayload, "The payload", pointer, expected, got)
  }

  public static func invalidReply(
    pointer: String, expected: String, got: JSONValue? = nil
  ) -> OutcomeError {
    mismatch(.invalidReply, "The reply", pointer, expected, got)
  }

  /// - Parameters:
  ///   - size: bytes of all frames of the message.
  ///   - limit: `max_message_bytes`.
  public static func tooLarge(size: Int, limit: Int) -> OutcomeError {
    OutcomeError(
      .tooLarge, "The message has \(size) bytes, and \(limit) is the limit.",
      details: ["size": JSONValue(size), "limit": JSONValue(limit)])
  }

  /// - Parameter limit: messages that the plugin's mailbox holds.
  public static func overloaded(plugin: String, limit: Int, retryAfter: Double) -> OutcomeError {
    OutcomeError(
      .overloaded, "The mailbox of \(plugin) is full (\(limit) messages).",
      details: ["retry_after": JSONValue(number: retryAfter), "limit": JSONValue(limit)])
  }

  /// - Parameters:
  ///   - limit: operations a second.
  ///   - retryAfter: seconds.
  public static func rateLimited(
    operation: String, limit: Double, retryAfter: Double
  ) -> OutcomeError {
    OutcomeError(
      .rateLimited,
      "\(operation) is limited to \(text(limit)) a second; try again in \(text(retryAfter)) s.",
      details: ["retry_after": JSONValue(number: retryAfter), "limit": JSONValue(number: limit)])
  }

  /// A value of the Swift side that JSON cannot carry.
  public static func notSerializable(_ error: JSONError) -> OutcomeError {
    let path = (error.path ?? JSONPath()).description
    return OutcomeError(
      .notSerializable, "The value at \(path) cannot be sent: \(error.reason).",
      details: ["path": .string(path)])
  }

  private static func mismatch(
    _ outcome: Outcome, _ what: String, _ pointer: String, _ expected: String, _ got: JSONValue?
  ) -> OutcomeError {
    let place = pointer.isEmpty ? what : "\(what) is wrong at \(pointer)"
    let found = got.map { ", got \($0.kindName)" } ?? ""
    var details: JSONObject = ["pointer": .string(pointer), "expected": .string(expected)]
    details["got"] = got
    return OutcomeError(
      outcome, "\(place): expected \(expected)\(found).", details: details)
  }
}
