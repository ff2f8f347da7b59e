import KernelProtocol
import Testing

@testable import Broker

/// A broker with plugins that have started, and what they are sent.
struct PluginBench {
  private(set) var broker: Broker
  private var headers = HeaderFactory(session: "k")
  /// What the last input has led to.
  private(set) var effects: [BrokerEffect] = []

  init(_ configure: (inout BrokerConfiguration) -> Void = { _ in }) {
    var configuration = BrokerConfiguration(session: "o")
    configure(&configuration)
    broker = Broker(configuration: configuration)
  }

  /// Starts a plugin.
  mutating func start(
    _ name: String, as number: UInt32, _ change: (inout PluginManifest) -> Void = { _ in }
  ) throws -> ConnectionID {
    let id = ConnectionID(number)
    var manifest = PluginManifest(name: name, version: "1", kernel: "k", main: "m")
    change(&manifest)
    handle(.declare(manifest, folder: "/", connection: id))
    handle(.connect(id, .kernel(name: "k", language: "none", plugin: name)))
    receive(.hello, from: id, content: ["protocol_versions": ["1.0"]])
    let load = try #require(sent(.loadPlugin, to: id).first)
    receive(.loadPluginReply, from: id, parent: load, outcome: .ok)
    let start = try #require(sent(.startPlugin, to: id).first)
    receive(.startPluginReply, from: id, parent: start, outcome: .ok)
    return id
  }

  /// A message comes in.
  @discardableResult
  mutating func receive(
    _ type: MessageType, from id: ConnectionID, parent: Envelope? = nil, outcome: Outcome? = nil,
    content: JSONValue = [:], buffers: [FrameBytes] = []
  ) -> Envelope {
    var metadata = MessageMetadata()
    metadata.outcome = outcome
    let message = Envelope(
      header: headers.make(type, date: ""),
      parentHeader: parent?.header.bytes ?? Envelope.emptyObject, metadata: metadata.bytes,
      content: FrameBytes(json: content), buffers: buffers)
    handle(.receive(id, message))
    return message
  }

  mutating func handle(_ input: BrokerInput) {
    effects = []
    broker.handle(input, at: Instant(nanoseconds: 1), date: "", into: &effects)
  }

  /// What the last input has sent.
  func sent(_ type: MessageType, to id: ConnectionID) -> [Envelope] {
    effects.compactMap { effect in
      if case .send(id, let envelope) = effect, envelope.type == type { envelope } else { nil }
    }
  }

  /// What the last input wants done on the storage.
  var tasks: [StorageTask] {
    effects.compactMap { effect in if case .storage(let task) = effect { task } else { nil } }
  }
}

extension Envelope {
  var json: JSONValue { (try? JSONParser().parse(content)) ?? .null }
  var outcome: Outcome? { try? MessageMetadata(reading: metadata).outcome }
}
