import KernelProtocol

@testable import Broker

/// A broker with plugins that have started, whose kernels are played by hand, and a clock that is set by hand.
struct BrokerStage {
  /// The host application.
  static let host = ConnectionID(1)

  private(set) var broker: Broker
  /// What the broker wanted done since it was asked last.
  private(set) var effects: [BrokerEffect] = []
  var seconds: Double = 0
  private var headers = HeaderFactory(session: "t")
  private var connections: [String: ConnectionID] = [:]
  private let features: [String]

  /// - Parameter features: what the kernels say of themselves.
  init(_ manifests: [PluginManifest], features: [String] = [], keepsEffects: Bool = false) {
    self.features = features
    var configuration = BrokerConfiguration(session: "o")
    configuration.random = .seeded(7)
    configuration.retry.jitter = 0
    broker = Broker(configuration: configuration)
    give(.connect(Self.host, .client(principal: "operator")))
    for (index, manifest) in manifests.enumerated() {
      add(manifest, on: ConnectionID(UInt32(10 + index)))
    }
    if !keepsEffects { _ = take() }
  }

  /// A manifest that owns events and subscribes to patterns.
  static func manifest(
    _ name: String, emits: [String: PluginManifest.Event] = [:], subscribes: [String] = [],
    provides: [String] = [], calls: [String] = [], mailbox: MailboxMode = .serial
  ) -> PluginManifest {
    var manifest = PluginManifest(name: name, version: "1", kernel: "k", main: "m")
    manifest.emits = emits
    manifest.subscribes = subscribes.compactMap { try? NamePattern($0, .event) }
    manifest.calls = calls.compactMap { try? NamePattern($0, .method) }
    for method in provides { manifest.provides[method] = PluginManifest.Method() }
    manifest.mailbox = mailbox
    return manifest
  }

  func connection(_ plugin: String) -> ConnectionID { connections[plugin] ?? Self.host }

  /// Gives the broker an input.
  mutating func give(_ input: BrokerInput) {
    let now = Instant(nanoseconds: UInt64(seconds * 1e9) + 1)
    broker.handle(input, at: now, date: "", into: &effects)
  }

  /// Lets time pass.
  mutating func wait(_ more: Double) {
    seconds += more
    give(.tick)
  }

  /// The effects since the last time.
  mutating func take() -> [BrokerEffect] {
    defer { effects = [] }
    return effects
  }

  /// A message from a plugin, or from the host when that is nil.
  @discardableResult
  mutating func send(
    _ type: MessageType, from plugin: String? = nil, parent: FrameBytes = Envelope.emptyObject,
    content: JSONValue = [:], _ fill: (inout MessageMetadata) -> Void = { _ in }
  ) -> Envelope {
    var metadata = MessageMetadata()
    fill(&metadata)
    let envelope = Envelope(
      header: headers.make(type, date: ""), parentHeader: parent, metadata: metadata.bytes,
      content: FrameBytes(json: content))
    give(.receive(plugin.map(connection) ?? Self.host, envelope))
    return envelope
  }

  /// The messages of a type to a plugin, or to the host, among the effects; they stay there.
  func sent(_ type: MessageType, to plugin: String? = nil) -> [Envelope] {
    let target = plugin.map(connection) ?? Self.host
    return effects.compactMap { effect in
      guard case .send(target, let envelope) = effect, envelope.type == type else { return nil }
      return envelope
    }
  }

  /// Subscribes a plugin and confirms it.
  mutating func subscribe(
    _ plugin: String, to pattern: String, id: String = "s1", shape: JSONValue? = nil
  ) {
    var content: JSONObject = ["subscription": .string(id), "pattern": .string(pattern)]
    content["shape"] = shape
    let request = send(.subscribe, from: plugin, content: .object(content))
    for reply in sent(.subscribeReply, to: plugin) where reply.parentID == request.id {
      let nonce = (try? JSONParser().parse(reply.content))?["nonce"]?.stringValue ?? ""
      give(.subscription(topic: nonce))
    }
  }

  /// Emits an event, as the plugin that owns it.
  @discardableResult
  mutating func emit(
    _ event: String, from plugin: String, _ payload: JSONValue = [:],
    parent: FrameBytes = Envelope.emptyObject,
    _ fill: (inout MessageMetadata) -> Void = { _ in }
  ) -> Envelope {
    send(.emit, from: plugin, parent: parent, content: payload) { metadata in
      metadata.event = event
      fill(&metadata)
    }
  }

  /// The directed events that a plugin was sent since the effects were taken last.
  func events(to plugin: String) -> [Envelope] { sent(.event, to: plugin) }

  /// A kernel asks for an event's turn.
  mutating func begin(_ event: Envelope, in plugin: String) {
    send(.eventStart, from: plugin, parent: event.header.bytes)
  }

  /// A handler ends.
  mutating func finish(
    _ event: Envelope, in plugin: String, _ outcome: Outcome = .ok,
    _ fill: (inout MessageMetadata) -> Void = { _ in }
  ) {
    let content: JSONValue = outcome == .ok ? ["handlers": 1] : ["message": "no", "ename": "Error"]
    send(.eventReply, from: plugin, parent: event.header.bytes, content: content) { metadata in
      metadata.outcome = outcome
      fill(&metadata)
    }
  }

  /// Takes the one directed event that a plugin was sent, and handles it.
  @discardableResult
  mutating func handleNext(
    in plugin: String, _ outcome: Outcome = .ok,
    _ fill: (inout MessageMetadata) -> Void = { _ in }
  ) -> Envelope? {
    guard let event = events(to: plugin).first else { return nil }
    _ = take()
    begin(event, in: plugin)
    finish(event, in: plugin, outcome, fill)
    return event
  }

  /// The content of a message.
  static func content(_ envelope: Envelope?) -> JSONValue? {
    envelope.flatMap { try? JSONParser().parse($0.content) }
  }

  /// Adds a plugin, which is loaded and starts.
  ///
  /// - Parameter load: what its file does besides.
  mutating func add(
    _ manifest: PluginManifest, on connection: ConnectionID, starts: Bool = true,
    _ load: (inout Self) -> Void = { _ in }
  ) {
    declare(manifest, on: connection)
    launch(manifest.name, starts: starts, load)
  }

  /// A plugin's kernel is killed.
  mutating func crash(_ plugin: String) {
    give(.disconnect(connection(plugin), ConnectionEnd(exit: .signalled("SIGKILL"))))
  }

  /// The plugins that the broker wanted launched again since the effects were taken last.
  var launches: [String] {
    effects.compactMap { if case .launch(let plugin) = $0 { plugin } else { nil } }
  }

  /// A plugin's new kernel is there; its effects are those of this alone.
  ///
  /// - Parameter load: what its file does.
  mutating func restart(_ plugin: String, _ load: (inout Self) -> Void = { _ in }) {
    _ = take()
    launch(plugin, load)
  }

  /// Makes a plugin known whose kernel is not there yet.
  mutating func declare(_ manifest: PluginManifest, on connection: ConnectionID) {
    connections[manifest.name] = connection
    give(.declare(manifest, folder: "/", connection: connection))
  }

  /// Makes a plugin known whose process Parley does not start.
  mutating func reserve(_ manifest: PluginManifest, on connection: ConnectionID) {
    connections[manifest.name] = connection
    give(.attach(manifest, folder: "/", connection: connection))
  }

  /// The kernel of a declared plugin comes; it loads, and starts if it is told to.
  ///
  /// - Parameter load: what its file does besides.
  mutating func launch(
    _ name: String, starts: Bool = true, _ load: (inout Self) -> Void = { _ in }
  ) {
    give(.connect(connection(name), .kernel(name: "k", language: "none", plugin: name)))
    send(
      .hello, from: name, content: ["protocol_versions": ["1.0"], "features": JSONValue(features)])
    for method in broker.plugins[name]?.manifest.provides.keys.sorted() ?? [] {
      send(.provide, from: name, content: ["method": .string(method)])
    }
    load(&self)
    answer(.loadPlugin, .loadPluginReply, by: name)
    if starts { answer(.startPlugin, .startPluginReply, by: name) }
  }

  private mutating func answer(_ type: MessageType, _ reply: MessageType, by plugin: String) {
    for request in sent(type, to: plugin) {
      send(reply, from: plugin, parent: request.header.bytes) { $0.outcome = .ok }
    }
  }
}
