/// The outcomes that the orchestrator itself gives to calls, each with its sentence.
extension OutcomeError {
  public static func noProvider(method: String, nearest: [String] = []) -> OutcomeError {
    OutcomeError(
      .noProvider, "Nobody provides \(method).\(suggestion(nearest))",
      details: ["nearest": JSONValue(nearest)])
  }

  /// An event that nobody declares, at emit or subscribe.
  public static func unknownEvent(_ name: String, nearest: [String] = []) -> OutcomeError {
    OutcomeError(
      .noProvider, "No plugin declares the event \(name).\(suggestion(nearest))",
      details: ["nearest": JSONValue(nearest)])
  }

  /// - Parameters:
  ///   - seconds: the deadline that passed.
  ///   - started: whether the handler had begun.
  public static func timeout(method: String, seconds: Double, started: Bool) -> OutcomeError {
    let state = started ? "its handler had started" : "its handler had not started"
    return OutcomeError(
      .timeout, "\(method) did not answer within \(text(seconds)) s; \(state).",
      details: ["started": .bool(started), "timeout": JSONValue(number: seconds)])
  }

  /// - Parameter reason: `timeout`, `cancelled`, `caller_died` or `shutdown`, or a sentence's end.
  public static func cancelled(reason: String) -> OutcomeError {
    OutcomeError(
      .cancelled, "The call was cancelled: \(reason).", details: ["reason": .string(reason)])
  }

  /// - Parameter cycle: plugins, each waiting for the next and the last for the first.
  /// - Parameter path: the calls by which they wait, in the same order.
  public static func deadlock(cycle: [String], path: [String] = []) -> OutcomeError {
    let circle = (cycle + cycle.prefix(1)).joined(separator: " → ")
    var details: JSONObject = ["cycle": JSONValue(cycle)]
    if !path.isEmpty { details["path"] = JSONValue(path) }
    return OutcomeError(
      .deadlock, "The call would wait forever: \(circle) wait for each other.", details: details)
  }

  /// - Parameter chain: the methods called, outermost first.
  public static func depthExceeded(limit: Int, chain: [String]) -> OutcomeError {
    let shown = chain.count > 6 ? chain.prefix(3) + ["…"] + chain.suffix(2) : chain[...]
    return OutcomeError(
      .depthExceeded,
      "Calls are nested more than \(limit) deep: \(shown.joined(separator: " → ")).",
      details: ["limit": JSONValue(limit), "chain": JSONValue(chain)])
  }

  static func suggestion(_ nearest: [String]) -> String {
    nearest.isEmpty ? "" : " Did you mean \(nearest.joined(separator: " or "))?"
  }

  /// Seconds as a person writes them: `3`, not `3.0`.
  static func text(_ seconds: Double) -> String {
    JSONValue(number: seconds).description
  }
}
