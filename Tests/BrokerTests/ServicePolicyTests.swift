import KernelProtocol
import Testing

@testable import Broker

@Suite("A method with several providers")
struct ServicePolicyTests {
  private static func stage(_ policy: ServicePolicy, _ names: [String] = ["a", "b"]) -> BrokerStage
  {
    let providers = names.map { name in
      var manifest = BrokerStage.manifest(name)
      manifest.provides["tax.rate"] = PluginManifest.Method(policy: policy)
      return manifest
    }
    return BrokerStage(
      providers + [BrokerStage.manifest("shop", provides: ["shop.buy"], calls: ["tax.*"])])
  }

  @Test("is called in turn, and one that has ended is passed over")
  func roundRobin() {
    var stage = Self.stage(.roundRobin)
    for _ in 0..<4 { stage.call("tax.rate") }
    #expect(stage.calls(to: "a").count == 1)
    #expect(stage.calls(to: "b").count == 1)
    stage.kill("a")
    _ = stage.take()
    let request = stage.call("tax.rate")
    #expect(stage.replies(.callReply, to: request).isEmpty)
    #expect(stage.broker.frameCount(of: "b") == 3)
  }

  @Test("is called where the fewest frames are")
  func leastBusy() {
    var stage = Self.stage(.leastBusy)
    for _ in 0..<3 { stage.call("tax.rate") }
    #expect(stage.broker.frameCount(of: "a") == 2)
    #expect(stage.broker.frameCount(of: "b") == 1)
  }

  @Test("is called at the first that has not withdrawn it; when none is left the error names all")
  func first() throws {
    var stage = Self.stage(.first)
    stage.send(.withdraw, from: "a", content: ["method": "tax.rate"])
    stage.call("tax.rate")
    #expect(stage.calls(to: "a").isEmpty)
    #expect(stage.calls(to: "b").count == 1)
    stage.send(.withdraw, from: "b", content: ["method": "tax.rate"])
    let request = stage.call("tax.rate")
    let reply = try #require(stage.replies(.callReply, to: request).first)
    #expect(reply.outcome == .unavailable)
    #expect(reply.content["message"]?.stringValue?.contains("plugins a, b") == true)
  }

  @Test("is called at all of them: the list has each one's value or error")
  func broadcast() throws {
    var stage = Self.stage(.broadcast, ["a", "b", "c"])
    let request = stage.call("tax.rate", from: "shop")
    let calls = ["a", "b", "c"].map { stage.calls(to: $0).first }
    stage.answer(try #require(calls[1]), in: "b", ["message": "no"], .handlerError)
    stage.answer(
      try #require(calls[0]), in: "a", ["value": ["x": .null]], bufferPaths: #"[["value","x"]]"#)
    #expect(stage.replies(.callReply, to: request, of: "shop").isEmpty)
    stage.kill("c")
    let reply = try #require(stage.sent(.callReply, to: "shop").first)
    let list = try #require(BrokerStage.content(reply)?["value"]?.arrayValue)
    #expect(list.map { $0["plugin"] } == ["a", "b", "c"])
    #expect(list.map { $0["outcome"] } == ["ok", "handler_error", "kernel_died"])
    #expect(list[1]["error"]?["message"] == "no")
    let fields = try MessageMetadata(reading: reply.metadata)
    #expect(fields.bufferPaths == Array(#"[["value",0,"value","x"]]"#.utf8))
    #expect(stage.broker.frameCount == 0)
    #expect(stage.broker.gatherings.isEmpty)
  }

  @Test("tells each provider who calls")
  func caller() throws {
    var stage = Self.stage(.broadcast)
    stage.call("tax.rate", from: "shop")
    let call = try #require(stage.calls(to: "a").first)
    #expect(try MessageMetadata(reading: call.metadata).caller == "shop")
  }

  @Test("names those that did not answer in time, beside the others' values")
  func broadcastTimeout() throws {
    var stage = Self.stage(.broadcast)
    let request = stage.call("tax.rate", timeout: 2)
    stage.answer(try #require(stage.calls(to: "a").first), in: "a", ["value": 1])
    stage.wait(3)
    let reply = try #require(stage.replies(.callReply, to: request).first)
    #expect(reply.content["value"]?.arrayValue?.map { $0["outcome"] } == ["ok", "timeout"])
  }

  @Test("is given up everywhere when the caller gives up")
  func broadcastCancelled() throws {
    var stage = Self.stage(.broadcast)
    let request = stage.call("tax.rate")
    stage.send(.cancel) { $0.call = request.id }
    #expect(stage.replies(.callReply, to: request).map(\.outcome) == [.cancelled])
    #expect(stage.sent(.cancel, to: "a").count == 1)
    #expect(stage.sent(.cancel, to: "b").count == 1)
    for name in ["a", "b"] {
      let call = try #require(stage.calls(to: name).first)
      stage.answer(call, in: name, ["message": "stopped"], .cancelled)
    }
    #expect(stage.broker.frameCount == 0)
  }

  private static func provider(_ name: String, calls: [String]) -> PluginManifest {
    var manifest = BrokerStage.manifest(name, calls: calls)
    manifest.provides["tax.rate"] = PluginManifest.Method(policy: .broadcast)
    return manifest
  }

  @Test("a provider that waits for the caller for ever is a deadlock, though the others answer")
  func broadcastDeadlock() throws {
    var stage = BrokerStage([
      Self.provider("a", calls: ["c.go"]), Self.provider("b", calls: []),
      BrokerStage.manifest("c", provides: ["c.go"], calls: ["**"]),
    ])
    let held = stage.call("tax.rate")
    let inA = try #require(stage.calls(to: "a").first)
    stage.answer(try #require(stage.calls(to: "b").first), in: "b", ["value": 1])
    stage.call("c.go")
    let inC = try #require(stage.calls(to: "c").first)
    // c waits for a's and b's answers, and a, which is busy with the first broadcast, for c.
    let broadcast = stage.call("tax.rate", from: "c", parent: inC.header.bytes)
    let closing = stage.call("c.go", from: "a", parent: inA.header.bytes)
    let reply = try #require(stage.replies(.callReply, to: closing, of: "a").first)
    #expect(reply.outcome == .deadlock)
    #expect(reply.content["cycle"]?.arrayValue?.contains("?") == false)
    #expect(stage.replies(.callReply, to: broadcast, of: "c").isEmpty)
    #expect(stage.replies(.callReply, to: held).isEmpty)
  }

  @Test("is refused without a policy, or with another one, and both plugins are named")
  func refusal() throws {
    var set = ManifestSet()
    try set.add(Self.provider("a", calls: []))
    try set.add(Self.provider("b", calls: []))
    var other = BrokerStage.manifest("c")
    for policy in [nil, ServicePolicy.first] {
      other.provides["tax.rate"] = PluginManifest.Method(policy: policy)
      let problem = #expect(throws: ManifestProblem.self) { try set.add(other) }
      #expect(problem?.message.contains("plugin a already") == true)
      #expect(problem?.message.contains("by c with") == true)
    }
    other.provides["tax.rate"] = PluginManifest.Method(isStream: true, policy: .broadcast)
    #expect(throws: ManifestProblem.self) { try set.add(other) }
  }
}
