extension OutcomeError {
  /// Reads an error object as a kernel sent it, which may be anything.
  ///
  /// Fields of a wrong type are dropped, so that what is passed on keeps to the schema; unknown
  /// fields are kept. A missing message is made from what is there.
  ///
  /// - Parameter outcome: `metadata.outcome` of the reply. Without it the object's own `outcome`
  ///   counts, which a cause has; without that it is a `handler_error`.
  public init(wire: JSONValue, outcome: Outcome? = nil) {
    let object = wire.objectValue ?? [:]
    let named = object["outcome"]?.stringValue.flatMap { Outcome(rawValue: $0) }
    let outcome = outcome ?? named ?? .handlerError
    var details = JSONObject()
    for member in object {
      details[member.key] = Self.accepted(member.value, as: member.key)
    }
    self.init(outcome, Self.message(of: object, outcome), details: details)
  }

  /// The error object: `message` first. A cause carries its `outcome` too, because no metadata says
  /// it.
  public func wire(includingOutcome: Bool = false) -> JSONValue {
    var object = JSONObject()
    if includingOutcome { object["outcome"] = .string(outcome.rawValue) }
    object["message"] = .string(message)
    for member in details { object[member.key] = member.value }
    return .object(object)
  }

  /// The error object as the content of a reply.
  public var content: FrameBytes {
    var json = JSONBuilder()
    json.value(wire())
    return json.frame
  }

  private static func message(of object: JSONObject, _ outcome: Outcome) -> String {
    if let message = object["message"]?.stringValue, !message.isEmpty { return message }
    let parts = [object["ename"]?.stringValue, object["evalue"]?.stringValue]
      .compactMap(\.self).filter { !$0.isEmpty }
    return parts.isEmpty
      ? "The operation ended with \(outcome) and the kernel did not say why."
      : parts.joined(separator: ": ")
  }

  /// The value as it may be kept, or nil when its type is not what the schema says.
  private static func accepted(_ value: JSONValue, as key: String) -> JSONValue? {
    switch key {
    case "ename", "evalue", "permission", "pointer", "expected", "signal", "since", "reason":
      return value.stringValue.map { .string($0) }
    case "traceback", "nearest", "stderr", "cycle", "chain":
      return value.arrayValue.map { JSONValue($0.compactMap(\.stringValue)) }
    case "frames":
      return value.arrayValue.map { .array($0.compactMap { StackFrame(wire: $0)?.wire }) }
    case "cause":
      guard value.objectValue != nil else { return nil }
      return OutcomeError(wire: value).wire(includingOutcome: true)
    case "errors":
      return value.arrayValue.map { errors in
        .array(errors.map { OutcomeError(wire: $0).wire(includingOutcome: true) })
      }
    case "started": return value.boolValue.map { .bool($0) }
    case "exit_code", "size": return value.intValue.map { JSONValue($0) }
    case "timeout", "retry_after", "limit": return value.doubleValue == nil ? nil : value
    default: return value
    }
  }
}
