import KernelProtocol
import Testing

@testable import Broker

@Suite("A client that listens to events")
struct ListenerTests {
  private static func stage(delivery: Delivery = .queued, retained: Bool = false) -> BrokerStage {
    var event = PluginManifest.Event()
    event.delivery = delivery
    event.isRetained = retained
    return BrokerStage([BrokerStage.manifest("shop", emits: ["order:placed": event])])
  }

  private static func listen(
    _ stage: inout BrokerStage, to pattern: String = "order:*", id: String = "l1",
    limit: Int = 100, overflow: String = "block", confirms: Bool = true
  ) {
    stage.send(
      .subscribe,
      content: [
        "subscription": .string(id), "pattern": .string(pattern), "limit": JSONValue(limit),
        "overflow": .string(overflow), "confirms": .bool(confirms),
      ])
  }

  private static func acknowledge(
    _ event: Envelope, _ stage: inout BrokerStage, _ outcome: Outcome = .ok
  ) {
    let content: JSONValue = outcome == .ok ? [:] : ["message": "no such order"]
    stage.send(.eventReply, parent: event.header.bytes, content: content) {
      $0.outcome = outcome
    }
  }

  private static func reply(_ stage: BrokerStage) -> JSONValue? {
    BrokerStage.content(stage.sent(.emitReply, to: "shop").first)
  }

  @Test(
    "gets events on its own channel, whatever their delivery, and counts as a subscriber",
    arguments: [Delivery.broadcast, .queued])
  func gets(_ delivery: Delivery) throws {
    var stage = Self.stage(delivery: delivery)
    Self.listen(&stage)
    stage.emit("order:placed", from: "shop", ["n": 1])
    let event = try #require(stage.sent(.event).first)
    let fields = try MessageMetadata(reading: event.metadata)
    #expect(BrokerStage.content(event)?["n"] == 1)
    #expect(fields.event == "order:placed")
    #expect(fields.emitter == "shop")
    #expect(fields.sequence == 1)
    #expect(fields.subscriptions == ["l1"])
    #expect(Self.reply(stage)?["subscriptions"] == 1)
  }

  @Test("is waited for by an emit with confirm until it acknowledges, well or not")
  func confirms() throws {
    var stage = Self.stage()
    Self.listen(&stage)
    stage.emit("order:placed", from: "shop") { $0.confirm = .all }
    #expect(Self.reply(stage) == nil)
    Self.acknowledge(try #require(stage.sent(.event).first), &stage)
    #expect(Self.reply(stage)?["confirmed"] == true)

    _ = stage.take()
    stage.emit("order:placed", from: "shop") { $0.confirm = .all }
    Self.acknowledge(try #require(stage.sent(.event).first), &stage, .invalidPayload)
    #expect(Self.reply(stage)?["confirmed"] == false)
    #expect(
      Self.reply(stage)?["outcomes"]?["operator"]?["outcome"]?.stringValue == "invalid_payload")
  }

  @Test("that merely looks on is neither counted nor waited for")
  func looksOn() {
    var stage = Self.stage()
    Self.listen(&stage, confirms: false)
    stage.emit("order:placed", from: "shop") { $0.confirm = .all }
    #expect(stage.sent(.event).count == 1)
    #expect(Self.reply(stage)?["subscriptions"] == 0)
    #expect(Self.reply(stage)?["confirmed"] == true)
  }

  @Test("has so many events on their way, and more as it acknowledges")
  func window() {
    var stage = Self.stage()
    Self.listen(&stage)
    for _ in 0..<(Listener.window + 2) { stage.emit("order:placed", from: "shop") }
    let sent = stage.sent(.event)
    #expect(sent.count == Listener.window)
    Self.acknowledge(sent[0], &stage)
    #expect(stage.sent(.event).count == Listener.window + 1)
  }

  @Test("that is slow has the emit of a queued event wait for room")
  func waitsForRoom() {
    var stage = Self.stage()
    Self.listen(&stage, limit: 1)
    for _ in 0...Listener.window { stage.emit("order:placed", from: "shop") }
    let sent = stage.sent(.event)
    _ = stage.take()
    stage.emit("order:placed", from: "shop")
    #expect(Self.reply(stage) == nil)
    Self.acknowledge(sent[0], &stage)
    #expect(Self.reply(stage)?["subscriptions"] == 1)
    #expect(stage.broker.emissions.isEmpty)
  }

  @Test(
    "that is slow loses the oldest or the newest, and that is counted",
    arguments: [("drop_oldest", [0, 2]), ("drop_newest", [0, 1])])
  func drops(_ overflow: String, _ kept: [Int]) {
    var stage = Self.stage(delivery: .broadcast)
    Self.listen(&stage, limit: 1, overflow: overflow)
    for _ in 1..<Listener.window { stage.emit("order:placed", from: "shop", ["n": -1]) }
    for number in 0...2 { stage.emit("order:placed", from: "shop", ["n": JSONValue(number)]) }
    var seen: [Int] = []
    var acknowledged = 0
    while acknowledged < stage.sent(.event).count {
      let event = stage.sent(.event)[acknowledged]
      acknowledged += 1
      seen.append(BrokerStage.content(event)?["n"]?.intValue ?? -2)
      Self.acknowledge(event, &stage)
    }
    #expect(seen.filter { $0 >= 0 } == kept)
    #expect(stage.broker.dropCounts["overflow"] == 1)
  }

  @Test("gets the last value of a retained event at once")
  func retained() throws {
    var stage = Self.stage(delivery: .broadcast, retained: true)
    stage.emit("order:placed", from: "shop", ["n": 3])
    Self.listen(&stage)
    let event = try #require(stage.sent(.event).first)
    #expect(try MessageMetadata(reading: event.metadata).retained == true)
    #expect(BrokerStage.content(event)?["n"] == 3)
  }

  @Test("leaves nothing when it ends: whoever waits for it is told")
  func ends() {
    var stage = Self.stage()
    Self.listen(&stage)
    stage.emit("order:placed", from: "shop") { $0.confirm = .all }
    stage.send(.unsubscribe, content: ["subscription": "l1"])
    #expect(Self.reply(stage)?["outcomes"]?["operator"]?["outcome"]?.stringValue == "cancelled")
    #expect(stage.broker.listeners.isEmpty)
    #expect(stage.broker.isIdle)
    _ = stage.take()
    stage.emit("order:placed", from: "shop")
    #expect(stage.sent(.event).isEmpty)
  }

  @Test("is told when nobody declares the event that it names")
  func unknown() {
    var stage = Self.stage()
    Self.listen(&stage, to: "order:place")
    let reply = BrokerStage.content(stage.sent(.subscribeReply).first)
    #expect(reply?["nearest"] == ["order:placed"])
    #expect(stage.broker.listeners.isEmpty)
  }
}
