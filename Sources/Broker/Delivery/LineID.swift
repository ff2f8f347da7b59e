/// Names the line of one subscriber: whose events, and which.
struct LineID: Hashable, Sendable {
  /// What is delivered in it.
  enum Subject: Hashable, Sendable {
    /// All events of that name to all of the plugin's plain subscriptions.
    case event(String)
    /// The events of one subscription with a shape, by the shim's id of it.
    case subscription(String)
    /// What the host keeps for a pattern of the plugin's, across restarts.
    case durable(pattern: String)
  }

  let plugin: String
  let subject: Subject
}
