import KernelProtocol
import Testing

@testable import Broker

@Suite("A handler whose time is given anew")
struct RenewedTimeTests {
  private static func reply(to call: Envelope, in stage: BrokerStage) throws -> Outcome? {
    let reply = stage.sent(.callReply, to: "worker").first { $0.parentID == call.id }
    return try reply.map { try MessageMetadata(reading: $0.metadata).outcome } ?? nil
  }

  @Test("by its progress on an event, outlives the time that it had, and so do its calls")
  func progress() throws {
    var event = PluginManifest.Event()
    event.delivery = .queued
    var stage = BrokerStage([
      BrokerStage.manifest("shop", emits: ["order:placed": event], provides: ["shop.get"]),
      BrokerStage.manifest("worker", subscribes: ["order:*"], calls: ["shop.*"]),
    ])
    stage.subscribe("worker", to: "order:*")
    stage.emit("order:placed", from: "shop")
    let order = try #require(stage.events(to: "worker").first)
    stage.begin(order, in: "worker")
    for fraction in [0.25, 0.5] {
      stage.wait(20)
      stage.send(
        .progress, from: "worker", parent: order.header.bytes,
        content: ["fraction": .double(fraction)])
    }
    let call = stage.call("shop.get", from: "worker", parent: order.header.bytes)
    #expect(try Self.reply(to: call, in: stage) == nil)
    let asked = try #require(stage.calls(to: "shop").first)
    #expect(try MessageMetadata(reading: asked.metadata).remaining == 30)
    stage.answer(asked, in: "shop", ["value": 1])
    #expect(try Self.reply(to: call, in: stage) == .ok)
    stage.wait(30.1)
    #expect(stage.sent(.cancel, to: "worker").count == 1)
  }

  @Test("by the items of its stream, can call for as long as it yields")
  func stream() throws {
    var worker = BrokerStage.manifest("worker", provides: ["worker.list"], calls: ["shop.*"])
    worker.provides["worker.list"]?.isStream = true
    var stage = BrokerStage([BrokerStage.manifest("shop", provides: ["shop.get"]), worker])
    stage.send(.callRequest) {
      $0.method = "worker.list"
      $0.stream = true
    }
    let list = try #require(stage.calls(to: "worker").first).header.bytes
    for number in 0..<3 {
      stage.wait(20)
      stage.send(.yieldItem, from: "worker", parent: list, content: ["value": 1]) {
        $0.sequence = number
      }
      let call = stage.call("shop.get", from: "worker", parent: list)
      stage.answer(try #require(stage.calls(to: "shop").last), in: "shop", ["value": 1])
      #expect(try Self.reply(to: call, in: stage) == .ok)
    }
  }
}
