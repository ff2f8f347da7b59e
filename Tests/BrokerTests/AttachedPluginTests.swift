import KernelProtocol
import Testing

@testable import Broker

@Suite("A plugin whose process Parley did not start")
struct AttachedPluginTests {
  private static let desk = BrokerStage.manifest(
    "desk", emits: ["desk:opened": PluginManifest.Event()], provides: ["desk.ask"])

  /// A plugin that listens to it, and a desk that has attached.
  private static func stage() -> BrokerStage {
    var stage = BrokerStage([BrokerStage.manifest("clerk", subscribes: ["desk:*"])])
    stage.subscribe("clerk", to: "desk:*")
    stage.reserve(desk, on: ConnectionID(50))
    stage.launch("desk")
    _ = stage.take()
    return stage
  }

  /// The plugins that are told to be gone, each with the outcome that ended it, or `ok` when it left by itself.
  private static func departures(_ stage: BrokerStage) -> [String: Outcome] {
    let pairs = stage.effects.compactMap { effect -> (String, Outcome)? in
      guard case .report(.departed(let name, let error)) = effect else { return nil }
      return (name, error?.outcome ?? .ok)
    }
    return Dictionary(pairs) { first, _ in first }
  }

  /// Whether the broker knows nothing of the desk any more.
  private static func expectNothing(of stage: BrokerStage) {
    #expect(stage.broker.plugins["desk"] == nil)
    #expect(stage.broker.connections[ConnectionID(50)] == nil)
    #expect(stage.broker.services["desk.ask"] == nil)
    #expect(stage.broker.events["desk:opened"] == nil)
    #expect(!stage.broker.eventsByTopic.values.contains("desk:opened"))
    #expect(stage.broker.frameCount == 0)
    #expect(stage.launches.isEmpty)
  }

  @Test("is told that there is no file to load")
  func loading() {
    var stage = BrokerStage([])
    stage.reserve(Self.desk, on: ConnectionID(50))
    stage.give(.connect(ConnectionID(50), .kernel(name: "k", language: "x", plugin: "desk")))
    stage.send(.hello, from: "desk", content: ["protocol_versions": ["1.0"]])
    let load = BrokerStage.content(stage.sent(.loadPlugin, to: "desk").first)
    #expect(load?["attached"] == true)
    #expect(load?["main"] == nil)
    #expect(load?["folder"] == "/")
  }

  @Test("leaves in order: what is open ends as unavailable, and nothing of it is left")
  func leaving() throws {
    var stage = Self.stage()
    let calls = (0..<2).map { _ in stage.call("desk.ask") }
    stage.send(.detach, from: "desk")
    let asked = try #require(stage.sent(.shutdownRequest, to: "desk").first)
    #expect(BrokerStage.content(asked)?["reason"] == nil)
    #expect(stage.replies(.callReply, to: calls[0]).isEmpty)

    stage.send(.shutdownReply, from: "desk", parent: asked.header.bytes)
    let last = BrokerStage.content(stage.sent(.shutdownRequest, to: "desk").last)
    #expect(last?["reason"] == "The attached plugin desk has left.")
    for call in calls {
      #expect(stage.replies(.callReply, to: call).map(\.outcome) == [.unavailable])
    }
    #expect(Self.departures(stage) == ["desk": .ok])
    let update = BrokerStage.content(stage.sent(.subscriptionUpdate, to: "clerk").last)
    #expect(update?["remove"]?.arrayValue?.count == 1)
    #expect(update?["add"] == [])
    Self.expectNothing(of: stage)
  }

  @Test("dies: what runs ends as kernel_died, it is not started again, and may attach anew")
  func death() {
    var stage = Self.stage()
    let call = stage.call("desk.ask")
    stage.kill("desk")
    #expect(stage.replies(.callReply, to: call).map(\.outcome) == [.kernelDied])
    #expect(Self.departures(stage) == ["desk": .kernelDied])
    Self.expectNothing(of: stage)
    stage.wait(60)
    #expect(stage.launches.isEmpty)

    _ = stage.take()
    stage.reserve(Self.desk, on: ConnectionID(51))
    let early = stage.call("desk.ask")
    stage.launch("desk")
    let request = stage.calls(to: "desk")
    #expect(request.count == 1)
    if let first = request.first { stage.answer(first, in: "desk", ["value": 1]) }
    #expect(stage.replies(.callReply, to: early).map(\.outcome) == [.ok])
    #expect(stage.sent(.subscriptionUpdate, to: "clerk").count == 1)
  }

  @Test("never comes: the calls that waited for it are told, and the name is free")
  func expired() {
    var stage = BrokerStage([])
    stage.reserve(Self.desk, on: ConnectionID(50))
    let call = stage.call("desk.ask")
    stage.give(.abandonPlugin("desk", OutcomeError(.unavailable, "Nobody joined.")))
    let replies = stage.replies(.callReply, to: call)
    #expect(replies.map(\.outcome) == [.unavailable])
    #expect(replies.first?.content["message"]?.stringValue?.contains("Nobody joined.") == true)
    Self.expectNothing(of: stage)
  }

  @Test("does not answer while a cancelled handler runs: it is let go of, and not interrupted")
  func stuck() {
    var stage = Self.stage()
    let call = stage.call("desk.ask", timeout: 1)
    stage.wait(1.1)
    #expect(stage.replies(.callReply, to: call).map(\.outcome) == [.timeout])
    stage.wait(1.1)
    #expect(stage.sent(.ping, to: "desk").count == 1)
    stage.wait(9)
    #expect(stage.broker.plugins["desk"] != nil)
    stage.wait(1.1)
    let last = BrokerStage.content(stage.sent(.shutdownRequest, to: "desk").last)
    #expect(last?["reason"]?.stringValue?.contains("has not answered for 10 s") == true)
    #expect(!stage.effects.contains { if case .interrupt = $0 { true } else { false } })
    Self.expectNothing(of: stage)
  }

  @Test("a kernel that Parley has started cannot detach")
  func launchedKernel() {
    var stage = Self.stage()
    stage.send(.detach, from: "clerk")
    #expect(stage.sent(.shutdownRequest, to: "clerk").isEmpty)
    #expect(stage.broker.dropCounts["unexpected"] == 1)
  }

  @Test("a manifest need not name a kernel and a file, unless Parley is to start the plugin")
  func manifest() throws {
    let value: JSONValue = ["name": "desk", "version": "1"]
    #expect(try PluginManifest(reading: value, isAttached: true).main.isEmpty)
    #expect(throws: ManifestProblem.self) { try PluginManifest(reading: value) }
    let outside: JSONValue = ["name": "desk", "version": "1", "main": "/etc/passwd"]
    #expect(throws: ManifestProblem.self) { try PluginManifest(reading: outside, isAttached: true) }
  }
}
