/// Who gets durable events: a plugin by one of its patterns, whether it runs or not.
public struct DurableSubscriber: Hashable, Sendable {
  public let tenant: String
  public let plugin: String
  /// The event, or the pattern of events.
  public let pattern: String

  /// A plugin's subscription.
  public init(tenant: String, plugin: String, pattern: String) {
    self.tenant = tenant
    self.plugin = plugin
    self.pattern = pattern
  }
}
