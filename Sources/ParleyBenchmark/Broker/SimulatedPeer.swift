import Broker
import KernelProtocol

/// The messages of one kernel that is not there.
struct SimulatedPeer {
  let connection: ConnectionID
  let plugin: String
  private var headers: HeaderFactory

  private static let date = "2026-01-02T03:04:05.678Z"

  init(connection: ConnectionID, plugin: String) {
    self.connection = connection
    self.plugin = plugin
    headers = HeaderFactory(session: "0123456789abcdef\(connection.number)")
  }

  /// Its manifest: everybody may call and subscribe, each has a queued event, and one plugin has the method.
  func manifest(providing method: String) throws -> PluginManifest {
    var manifest = PluginManifest(name: plugin, version: "1.0.0", kernel: "none", main: "none")
    manifest.calls = [try NamePattern("**", .method)]
    manifest.subscribes = [try NamePattern("**", .event)]
    var event = PluginManifest.Event()
    event.delivery = .queued
    manifest.emits["\(plugin):done"] = event
    manifest.mailbox = .concurrent(64)
    if method.hasPrefix(plugin) { manifest.provides[method] = PluginManifest.Method() }
    return manifest
  }

  mutating func makeHello() -> Envelope {
    make(.hello, content: #"{"protocol_versions":["1.0"]}"#)
  }

  mutating func makeProvide(_ method: String) -> Envelope {
    make(.provide, content: FrameBytes(json: ["method": .string(method)]))
  }

  mutating func makeCall(of method: String) -> Envelope {
    var metadata = MessageMetadata()
    metadata.method = method
    return make(
      .callRequest, metadata: metadata.bytes, content: FrameBytes(json: FloorMessage.parameters))
  }

  mutating func makeSubscribe(to pattern: String) -> Envelope {
    make(
      .subscribe,
      content: FrameBytes(json: ["subscription": "s1", "pattern": .string(pattern)]))
  }

  mutating func makeEmit(of event: String) -> Envelope {
    var metadata = MessageMetadata()
    metadata.event = event
    return make(
      .emit, metadata: metadata.bytes, content: FrameBytes(json: FloorMessage.parameters))
  }

  mutating func makeReply(to request: Envelope, _ type: MessageType.Known) -> Envelope {
    var metadata = MessageMetadata()
    metadata.outcome = .ok
    return make(
      type, parent: request.header.bytes, metadata: metadata.bytes,
      content: FrameBytes(json: ["value": FloorMessage.parameters]))
  }

  private mutating func make(
    _ type: MessageType.Known, parent: FrameBytes = Envelope.emptyObject,
    metadata: FrameBytes = Envelope.emptyObject, content: FrameBytes
  ) -> Envelope {
    Envelope(
      header: headers.make(MessageType(type), date: Self.date), parentHeader: parent,
      metadata: metadata, content: content)
  }
}
