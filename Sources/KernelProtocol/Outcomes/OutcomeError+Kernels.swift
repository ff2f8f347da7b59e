/// The outcomes that come from the state of a kernel or its plugin.
extension OutcomeError {
  /// - Parameters:
  ///   - stderr: the last lines the process wrote.
  ///   - started: whether the handler had begun; then its effect is unknown.
  public static func kernelDied(
    plugin: String, exit: KernelExit, stderr: [String] = [], started: Bool
  ) -> OutcomeError {
    var details: JSONObject = [:]
    switch exit {
    case .exited(let code): details["exit_code"] = JSONValue(code)
    case .signalled(let name): details["signal"] = .string(name)
    case .unknown: break
    }
    details["stderr"] = JSONValue(stderr)
    details["started"] = .bool(started)
    let effect =
      started
      ? "; the handler had started, and what it had done by then is not known"
      : "; the handler had not started"
    return OutcomeError(
      .kernelDied, "The kernel of \(plugin) \(exit)\(effect).", details: details)
  }

  /// - Parameters:
  ///   - state: completes the sentence "PLUGIN is …": `restarting`, `quarantined after 5 crashes`.
  ///   - since: ISO 8601 in UTC.
  ///   - retryAfter: seconds until the next try, when there will be one.
  public static func unavailable(
    plugin: String, state: String, since: String? = nil, retryAfter: Double? = nil
  ) -> OutcomeError {
    var details: JSONObject = [:]
    details["since"] = since.map { .string($0) }
    details["retry_after"] = retryAfter.map { JSONValue(number: $0) }
    let again = retryAfter.map { "; try again in \(text($0)) s" } ?? ""
    return OutcomeError(.unavailable, "\(plugin) is \(state)\(again).", details: details)
  }
}
