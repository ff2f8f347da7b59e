public import KernelProtocol

/// What a plugin says of itself in `plugin.json`: how it is run, what it offers, and what it asks to be allowed.
///
/// A manifest *asks*. What is absent is not allowed: no `calls` means that the plugin may call nothing.
public struct PluginManifest: Equatable, Sendable {
  /// An event that the plugin owns and emits.
  public struct Event: Equatable, Sendable {
    /// JSON Schema of the payload; nil accepts any object.
    public var payload: DeclaredSchema?
    /// What is promised of its way.
    public var delivery = Delivery.broadcast
    /// Whether a new subscriber gets the last one at once.
    public var isRetained = false
    /// How it is queued, unless it is broadcast.
    public var queue = QueueSettings()
    /// The rhythm in which it reaches all subscribers; nil for that of the emits.
    public var shape: Shape?

    /// An event with that schema, broadcast.
    public init(payload: DeclaredSchema? = nil) { self.payload = payload }
  }

  /// A method that the plugin provides.
  public struct Method: Equatable, Sendable {
    /// JSON Schema of the parameters; nil accepts any object.
    public var params: DeclaredSchema?
    /// JSON Schema of the result (of each item, for a stream); nil accepts anything.
    public var result: DeclaredSchema?
    /// Whether it yields a sequence.
    public var isStream: Bool
    /// Whether it is admitted though the mailbox is taken.
    public var interleaves: Bool
    /// Which provider a call goes to; nil when this plugin is to be the only one.
    public var policy: ServicePolicy?

    /// A method with those schemas.
    public init(
      params: DeclaredSchema? = nil, result: DeclaredSchema? = nil, isStream: Bool = false,
      interleaves: Bool = false, policy: ServicePolicy? = nil
    ) {
      self.params = params
      self.result = result
      self.isStream = isStream
      self.interleaves = interleaves
      self.policy = policy
    }
  }

  public var name: String
  public var version: String
  /// The name of the kernel that hosts it; empty when it is attached and does not say.
  public var kernel: String
  /// The file to load, relative to the plugin's folder; empty when it is attached.
  public var main: String
  public var emits: [String: Event] = [:]
  public var subscribes: [NamePattern] = []
  public var provides: [String: Method] = [:]
  public var calls: [NamePattern] = []
  /// The extension points that it owns.
  public var points: [String: ExtensionPoint] = [:]
  /// What it contributes to the points of others.
  public var contributions: [Contribution] = []
  /// Without a word in the manifest one frame runs at a time.
  public var mailbox: MailboxMode = .serial
  /// The plugins that must have started before this one is loaded.
  public var requires: [String] = []
  /// Whether nothing shall run when this plugin does not.
  public var isRequired = false
  /// What it asks to be allowed beyond its own: names of permissions, and patterns of names.
  public var permissions: [NamePattern] = []
  /// JSON Schema of its settings; nil when it has none.
  public var settings: DeclaredSchema?
  /// Choices of interpreter and libraries, by the rules of the kernelspec.
  public var environment: [String: String] = [:]

  /// A manifest with the four keys that every plugin needs.
  public init(name: String, version: String, kernel: String, main: String) {
    self.name = name
    self.version = version
    self.kernel = kernel
    self.main = main
  }
}
