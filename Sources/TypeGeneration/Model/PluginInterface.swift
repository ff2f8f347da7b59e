public import KernelProtocol

/// What one plugin offers to the others, as its manifest says.
public struct PluginInterface: Sendable {
  /// An event that the plugin emits.
  public struct Event: Sendable {
    public let name: String
    /// The schema of the payload; nil for any object.
    public let payload: JSONValue?
    /// From the manifest's `description`.
    public let summary: String?

    public init(name: String, payload: JSONValue?, summary: String? = nil) {
      self.name = name
      self.payload = payload
      self.summary = summary
    }
  }

  /// A method that the plugin provides.
  public struct Method: Sendable {
    public let name: String
    /// The schema of the parameters; nil for any object.
    public let params: JSONValue?
    /// The schema of the result, of each item for a stream; nil for anything.
    public let result: JSONValue?
    public let isStream: Bool
    /// From the manifest's `description`.
    public let summary: String?

    public init(
      name: String, params: JSONValue?, result: JSONValue?, isStream: Bool, summary: String? = nil
    ) {
      self.name = name
      self.params = params
      self.result = result
      self.isStream = isStream
      self.summary = summary
    }
  }

  public let plugin: String
  public let events: [Event]
  public let methods: [Method]

  public init(plugin: String, events: [Event], methods: [Method]) {
    self.plugin = plugin
    self.events = events
    self.methods = methods
  }
}
