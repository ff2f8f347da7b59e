import KernelProtocol
import Testing

@testable import Broker

/// What callers hear when a kernel ends.
@Suite("A kernel that ends")
struct DisconnectionTests {
  private static let client = ConnectionID(1)
  private static let kernel = ConnectionID(2)

  @Test(
    "tells a request that waited in its mailbox that it had not started", .timeLimit(.minutes(5)))
  func waitingRequest() throws {
    var broker = Broker(configuration: BrokerConfiguration(session: "o"))
    try start(&broker)
    var headers = HeaderFactory(session: "c")
    let calls = (0..<2).map { _ in Self.call(&headers) }
    for call in calls { _ = Self.handle(.receive(Self.client, call), &broker) }

    let effects = Self.handle(
      .disconnect(Self.kernel, ConnectionEnd(exit: .signalled("SIGKILL"))), &broker)

    #expect(try calls.map { try started($0, effects) } == [true, false])
    #expect(broker.frameCount == 0)
  }

  /// A serial plugin that has started and provides `p.work`.
  private func start(_ broker: inout Broker) throws {
    var manifest = PluginManifest(name: "p", version: "1", kernel: "k", main: "m")
    manifest.mailbox = .serial
    manifest.provides = ["p.work": PluginManifest.Method()]
    _ = Self.handle(.connect(Self.client, .client(principal: "operator")), &broker)
    _ = Self.handle(.declare(manifest, folder: "/", connection: Self.kernel), &broker)
    let role = ConnectionRole.kernel(name: "k", language: "none", plugin: "p")
    _ = Self.handle(.connect(Self.kernel, role), &broker)
    var headers = HeaderFactory(session: "k")
    let hello = Envelope(
      header: headers.make(.hello, date: ""),
      content: FrameBytes(json: ["protocol_versions": ["1.0"]]))
    let provide = Envelope(
      header: headers.make(.provide, date: ""), content: FrameBytes(json: ["method": "p.work"]))
    let load = try #require(
      Self.sent(.loadPlugin, Self.handle(.receive(Self.kernel, hello), &broker)))
    _ = Self.handle(.receive(Self.kernel, provide), &broker)
    let loaded = Self.reply(.loadPluginReply, to: load, &headers)
    let start = try #require(
      Self.sent(.startPlugin, Self.handle(.receive(Self.kernel, loaded), &broker)))
    let started = Self.reply(.startPluginReply, to: start, &headers)
    _ = Self.handle(.receive(Self.kernel, started), &broker)
  }

  private func started(_ call: Envelope, _ effects: [BrokerEffect]) throws -> Bool? {
    let replies = effects.compactMap { effect -> Envelope? in
      guard case .send(Self.client, let envelope) = effect else { return nil }
      return envelope.parentID == call.id ? envelope : nil
    }
    let reply = try #require(replies.first)
    #expect(try MessageMetadata(reading: reply.metadata).outcome == .kernelDied)
    return try JSONParser().parse(reply.content)["started"]?.boolValue
  }

  private static func handle(_ input: BrokerInput, _ broker: inout Broker) -> [BrokerEffect] {
    var effects: [BrokerEffect] = []
    broker.handle(input, at: Instant(nanoseconds: 1), date: "", into: &effects)
    return effects
  }

  private static func sent(_ type: MessageType, _ effects: [BrokerEffect]) -> Envelope? {
    effects.lazy.compactMap { effect in
      guard case .send(kernel, let envelope) = effect else { return nil }
      return envelope.type == type ? envelope : nil
    }.first
  }

  private static func reply(
    _ type: MessageType, to request: Envelope, _ headers: inout HeaderFactory
  ) -> Envelope {
    var metadata = MessageMetadata()
    metadata.outcome = .ok
    return Envelope(
      header: headers.make(type, date: ""), parentHeader: request.header.bytes,
      metadata: metadata.bytes)
  }

  private static func call(_ headers: inout HeaderFactory) -> Envelope {
    var metadata = MessageMetadata()
    metadata.method = "p.work"
    return Envelope(header: headers.make(.callRequest, date: ""), metadata: metadata.bytes)
  }
}
