import KernelProtocol
import Testing

@testable import Broker

/// Whether a frame waits is asked of its kernel when it would close a deadlock.
@Suite("A kernel that tells what its frames wait for")
struct AskingTests {
  private static let client = ConnectionID(1)
  private static let kernel = ConnectionID(2)

  private var broker = Broker(configuration: BrokerConfiguration(session: "o"))
  private var headers = HeaderFactory(session: "k")

  /// A plugin `p` whose `p.work` holds the lock L and has called `p.other`, which wants the lock.
  private mutating func entangle() throws -> (work: Envelope, other: Envelope, call: Envelope) {
    var manifest = PluginManifest(name: "p", version: "1", kernel: "k", main: "m")
    manifest.mailbox = .concurrent(4)
    manifest.provides = ["p.work": PluginManifest.Method(), "p.other": PluginManifest.Method()]
    manifest.calls = [try NamePattern("**", .method)]
    _ = handle(.connect(Self.client, .client(principal: "operator")))
    _ = handle(.declare(manifest, folder: "/", connection: Self.kernel))
    _ = handle(.connect(Self.kernel, .kernel(name: "k", language: "none", plugin: "p")))
    let hello: JSONValue = ["protocol_versions": ["1.0"], "features": ["waits"]]
    let load = try #require(sent(.loadPlugin, says(.hello, content: hello)))
    for method in ["p.work", "p.other"] {
      _ = says(.provide, parent: load, content: ["method": .string(method)])
    }
    let start = try #require(sent(.startPlugin, says(.loadPluginReply, parent: load, outcome: .ok)))
    _ = says(.startPluginReply, parent: start, outcome: .ok)
    let work = try #require(sent(.callRequest, handle(.receive(Self.client, request("p.work")))))
    _ = says(.lockRequest, parent: work, content: ["name": "L"])
    let call = request("p.other", parent: work)
    let other = try #require(sent(.callRequest, handle(.receive(Self.kernel, call))))
    return (work, other, call)
  }

  @Test("is asked when the wait for a lock might close a deadlock, and not before")
  func asks() throws {
    var test = self
    let (work, other, _) = try test.entangle()
    let effects = test.says(.lockRequest, parent: other, content: ["name": "L"])
    let query = try #require(test.sent(.waitQuery, effects))
    #expect(query.parentID == work.id)
    #expect(test.sent(.lockReply, effects) == nil)
  }

  @Test("brings the deadlock to light by its answer")
  func tells() throws {
    var test = self
    let (work, other, call) = try test.entangle()
    let lock = test.says(.lockRequest, parent: other, content: ["name": "L"])
    #expect(lock.count == 2, "both frames are asked about")
    let lockID = test.lastID
    _ = test.waits(work, for: call.id)
    let refusal = try #require(test.sent(.lockReply, test.waits(other, for: lockID)))
    #expect(try MessageMetadata(reading: refusal.metadata).outcome == .deadlock)
  }

  @Test("is not believed when what it names has been answered meanwhile")
  func old() throws {
    var test = self
    let (work, other, call) = try test.entangle()
    _ = test.says(.lockRequest, parent: other, content: ["name": "L"])
    let lockID = test.lastID
    _ = test.says(.callReply, parent: other, outcome: .ok)
    _ = test.waits(work, for: call.id)
    #expect(test.waits(other, for: lockID).isEmpty)
    #expect(test.broker.frames.values.allSatisfy { $0.toldWaits == nil })
  }

  // MARK: The kernel

  private var lastID: String { "k-\(count)" }
  private var count = 0

  private mutating func waits(_ frame: Envelope, for request: String) -> [BrokerEffect] {
    says(.waiting, parent: frame, content: ["requests": [["msg_id": .string(request)]]])
  }

  private mutating func says(
    _ type: MessageType, parent: Envelope? = nil, content: JSONValue = [:], outcome: Outcome? = nil
  ) -> [BrokerEffect] {
    var metadata = MessageMetadata()
    metadata.outcome = outcome
    return handle(
      .receive(
        Self.kernel,
        Envelope(
          header: header(type), parentHeader: parent?.header.bytes ?? Envelope.emptyObject,
          metadata: metadata.bytes, content: FrameBytes(json: content))))
  }

  private mutating func request(_ method: String, parent: Envelope? = nil) -> Envelope {
    var metadata = MessageMetadata()
    metadata.method = method
    return Envelope(
      header: header(.callRequest), parentHeader: parent?.header.bytes ?? Envelope.emptyObject,
      metadata: metadata.bytes)
  }

  private mutating func header(_ type: MessageType) -> Header {
    count += 1
    return headers.make(type, date: "", number: UInt64(count))
  }

  private mutating func handle(_ input: BrokerInput) -> [BrokerEffect] {
    var effects: [BrokerEffect] = []
    broker.handle(input, at: Instant(nanoseconds: 1), date: "", into: &effects)
    return effects
  }

  private func sent(_ type: MessageType, _ effects: [BrokerEffect]) -> Envelope? {
    effects.lazy.compactMap { effect in
      guard case .send(Self.kernel, let envelope) = effect else { return nil }
      return envelope.type == type ? envelope : nil
    }.first
  }
}
