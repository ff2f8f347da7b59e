import KernelProtocol

/// The sentences that only the broker can say, because it knows who is who.
extension OutcomeError {
  /// A message that lacks what its type needs.
  static func malformed(_ message: String) -> OutcomeError {
    OutcomeError(.invalidPayload, message)
  }

  /// A request for what is declared, but not as it is declared, or not provided after all.
  static func noProvider(message: String, nearest: [String]) -> OutcomeError {
    OutcomeError(.noProvider, message, details: ["nearest": JSONValue(nearest)])
  }

  static func permissionDenied(_ message: String, permission: String) -> OutcomeError {
    OutcomeError(.permissionDenied, message, details: ["permission": .string(permission)])
  }

  /// What the host does not let a plugin do, though its manifest declares it.
  static func deniedByHost(
    _ plugin: String, to what: String, permission: String
  ) -> OutcomeError {
    permissionDenied(
      "the host does not let the plugin \(plugin) \(what): see denials.\(plugin) in its parley.json",
      permission: permission)
  }

  /// A plugin that does not run, and why.
  static func unavailable(_ message: String, cause: OutcomeError? = nil) -> OutcomeError {
    var details: JSONObject = [:]
    details["cause"] = cause?.wire(includingOutcome: true)
    return OutcomeError(.unavailable, message, details: details)
  }

  /// A plugin whose kernel has ended, told to those who come later.
  static func kernelEnded(_ plugin: String, _ end: ConnectionEnd) -> OutcomeError {
    let death = kernelDied(
      plugin: plugin, exit: end.exit, stderr: end.standardError, started: false)
    var details = death.details
    details.removeValue(forKey: "started")
    return OutcomeError(.kernelDied, "The kernel of \(plugin) \(end.exit).", details: details)
  }

  /// A plugin that was being started again all the time that a request had.
  static func restarting(_ plugin: String, since: String, retryAfter: Double) -> OutcomeError {
    OutcomeError(
      .unavailable, "The plugin \(plugin) is being restarted since \(since).",
      details: ["since": .string(since), "retry_after": .double(retryAfter)])
  }

  /// A plugin that has crashed too often.
  static func quarantined(_ plugin: String, _ cause: OutcomeError) -> OutcomeError {
    unavailable(
      "The plugin \(plugin) is quarantined, because it has crashed too often, the last time with: "
        + "\(cause.message) `parley restart \(plugin)` starts it again.", cause: cause)
  }

  /// A subscription with a shape that was not made again after a restart.
  static func subscriptionGone(_ plugin: String) -> OutcomeError {
    unavailable("\(plugin) has not made the subscription again after its restart.")
  }

  /// A mailbox that takes no more.
  static func overloaded(plugin: String, _ refusal: Mailbox.Refusal) -> OutcomeError {
    let (message, limit) =
      switch refusal {
      case .tooManyMessages(let limit):
        ("The plugin \(plugin) has \(limit) requests waiting and takes no more.", limit)
      case .tooManyBytes(let limit):
        ("The requests that wait for the plugin \(plugin) hold \(limit) bytes: no more fit.", limit)
      }
    return OutcomeError(
      .overloaded, message, details: ["limit": JSONValue(limit), "retry_after": 1])
  }

  /// A method that did not become available in time.
  static func serviceTimeout(
    _ method: String, seconds: Double, isDeclared: Bool, nearest: [String]
  ) -> OutcomeError {
    let why =
      isDeclared
      ? "its plugin does not provide it yet, or not any more" : "no plugin declares it"
    let hint = isDeclared ? "" : nearest.first.map { "; the nearest is \($0)" } ?? ""
    return OutcomeError(
      .timeout,
      "\(method) was not available within \(JSONValue(number: seconds)) s: \(why)\(hint).",
      details: ["started": false, "timeout": JSONValue(number: seconds)])
  }

  /// A lock that was not to be had in time.
  static func lockTimeout(_ name: String) -> OutcomeError {
    OutcomeError(.timeout, "The lock \(name) was not free in time.", details: ["started": false])
  }

  /// A call that closes a cycle of waits.
  static func deadlock(path: String, cycle: [String]) -> OutcomeError {
    OutcomeError(
      .deadlock, "The call would wait for ever: \(path).",
      details: ["cycle": JSONValue(cycle), "path": .string(path)])
  }
}

/// The sentences about events.
extension OutcomeError {
  static func noSubscriber(_ event: String) -> OutcomeError {
    noProvider(message: "Nobody subscribes to \(event).", nearest: [])
  }

  /// A confirmation of what is not sent yet.
  static func shapedConfirmation(_ event: String) -> OutcomeError {
    OutcomeError(
      .invalidPayload,
      "\(event) is not sent at once (its manifest gives it a shape), so nobody can confirm it: "
        + "emit it without confirm.")
  }

  static func lineFull(_ event: String, plugin: String, limit: Int) -> OutcomeError {
    OutcomeError(
      .overloaded, "\(limit) events \(event) wait for \(plugin), and no more are taken.",
      details: ["limit": JSONValue(limit), "retry_after": 1])
  }

  /// An event that was replaced by a newer one before its subscriber could take it.
  static func superseded(_ event: String) -> OutcomeError {
    OutcomeError(
      .cancelled, "A newer \(event) has taken its place.", details: ["reason": "superseded"])
  }

  /// An emit that had to wait for room, or for the disk, for too long.
  static func emitTimeout(_ event: String) -> OutcomeError {
    OutcomeError(
      .timeout, "\(event) could not be handed to all its subscribers in time.",
      details: ["started": false])
  }

  /// A subscriber that has not answered in time.
  static func subscriberTimeout(_ event: String) -> OutcomeError {
    OutcomeError(.timeout, "It has not handled \(event) in time.", details: ["started": true])
  }
}
