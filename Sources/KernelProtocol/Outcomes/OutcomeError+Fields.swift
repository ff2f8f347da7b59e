/// The fields of the error object by name and type; nil or empty where an outcome does not carry
/// them.
extension OutcomeError {
  /// The class of what was raised, in the language that raised it.
  public var ename: String? { details["ename"]?.stringValue }

  /// Its text.
  public var evalue: String? { details["evalue"]?.stringValue }

  /// Lines as the language prints them.
  public var traceback: [String] { strings("traceback") }

  /// User code of all languages in call order, outermost first.
  public var frames: [StackFrame] {
    (details["frames"]?.arrayValue ?? []).compactMap { StackFrame(wire: $0) }
  }

  /// What the error was raised from.
  public var cause: OutcomeError? { details["cause"].map { OutcomeError(wire: $0) } }

  /// Of an event whose handlers failed in more than one place: all of them.
  public var errors: [OutcomeError] {
    (details["errors"]?.arrayValue ?? []).map { OutcomeError(wire: $0) }
  }

  /// Names that were perhaps meant, best first.
  public var nearest: [String] { strings("nearest") }

  /// The permission that is missing.
  public var permission: String? { details["permission"]?.stringValue }

  /// JSON pointer to the value that is wrong.
  public var pointer: String? { details["pointer"]?.stringValue }

  public var expected: String? { details["expected"]?.stringValue }

  public var got: JSONValue? { details["got"] }

  /// Whether the handler had started, and so may have had effects.
  public var started: Bool? { details["started"]?.boolValue }

  /// The deadline that passed, in seconds.
  public var timeout: Double? { details["timeout"]?.doubleValue }

  public var reason: String? { details["reason"]?.stringValue }

  /// The name of the signal that ended the process, `SIGKILL`.
  public var signal: String? { details["signal"]?.stringValue }

  public var exitCode: Int? { details["exit_code"]?.intValue }

  /// The last lines that the process wrote to standard error.
  public var stderr: [String] { strings("stderr") }

  /// Since when it is unavailable, ISO 8601 in UTC.
  public var since: String? { details["since"]?.stringValue }

  /// Seconds after which another try makes sense.
  public var retryAfter: Double? { details["retry_after"]?.doubleValue }

  /// What must not be exceeded: bytes, messages, levels, by outcome.
  public var limit: Double? { details["limit"]?.doubleValue }

  /// Bytes of the message that was too large.
  public var size: Int? { details["size"]?.intValue }

  /// The plugins of a deadlock, each waiting for the next and the last for the first.
  public var cycle: [String] { strings("cycle") }

  /// The way to the value that cannot be serialised (`$.rows[3].when`), or of a deadlock the waits.
  public var path: JSONValue? { details["path"] }

  /// The calls that are nested too deeply, outermost first.
  public var chain: [String] { strings("chain") }

  private func strings(_ key: String) -> [String] {
    (details[key]?.arrayValue ?? []).compactMap(\.stringValue)
  }
}
