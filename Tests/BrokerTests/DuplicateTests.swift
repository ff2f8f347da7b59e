import KernelProtocol
import Testing

@testable import Broker

@Suite("An event that its emitter names")
struct DuplicateTests {
  private static func stage(
    _ change: (inout PluginManifest.Event) -> Void = { _ in }
  ) -> BrokerStage {
    var event = PluginManifest.Event()
    event.delivery = .queued
    change(&event)
    var stage = BrokerStage([
      BrokerStage.manifest("shop", emits: ["order:placed": event, "order:paid": event]),
      BrokerStage.manifest("mail", subscribes: ["order:*"]),
    ])
    stage.subscribe("mail", to: "order:*")
    _ = stage.take()
    return stage
  }

  /// Emits an order by its id, and gives the outcome and the content of the reply, if there is one.
  @discardableResult
  private static func emit(
    _ id: String, on stage: inout BrokerStage, _ event: String = "order:placed",
    _ fill: (inout MessageMetadata) -> Void = { _ in }
  ) -> (outcome: Outcome?, content: JSONValue)? {
    let request = stage.emit(event, from: "shop") { metadata in
      metadata.eventID = id
      fill(&metadata)
    }
    return stage.replies(.emitReply, to: request, of: "shop").first
  }

  /// What was written, and is not answered yet.
  private static func storing(_ stage: BrokerStage) -> [Occurrence] {
    stage.effects.compactMap { if case .store(let occurrence) = $0 { occurrence } else { nil } }
  }

  @Test(
    "is delivered once, under that name, and who emits it again is told so",
    arguments: [Delivery.broadcast, .queued])
  func once(_ delivery: Delivery) throws {
    var stage = Self.stage { $0.delivery = delivery }
    let first = try #require(Self.emit("order-17", on: &stage))
    #expect(first.content == ["subscriptions": 1, "event_id": "order-17"])
    let delivered =
      delivery == .queued ? stage.events(to: "mail") : stage.publications
    #expect(delivered.count == 1)
    #expect(try MessageMetadata(reading: delivered[0].metadata).eventID == "order-17")
    _ = stage.take()
    let second = try #require(Self.emit("order-17", on: &stage))
    #expect(second.outcome == .ok)
    #expect(
      second.content == ["subscriptions": 0, "event_id": "order-17", "duplicate": true])
    #expect(stage.events(to: "mail").isEmpty && stage.publications.isEmpty)
  }

  @Test("is another one than that of another event, and than one without a name")
  func others() throws {
    var stage = Self.stage { $0.delivery = .broadcast }
    Self.emit("1", on: &stage)
    #expect(Self.emit("1", on: &stage, "order:paid")?.content["duplicate"] == nil)
    #expect(Self.emit("2", on: &stage)?.content["duplicate"] == nil)
    stage.emit("order:placed", from: "shop")
    stage.emit("order:placed", from: "shop")
    #expect(stage.publications.count == 5)
  }

  @Test("waits for nobody the second time")
  func confirmed() throws {
    var stage = Self.stage()
    #expect(Self.emit("1", on: &stage) { $0.confirm = .all } == nil)
    let second = try #require(Self.emit("1", on: &stage) { $0.confirm = .all })
    #expect(second.content["duplicate"] == true)
    #expect(second.content["confirmed"] == false)
    #expect(second.content["outcomes"] == [:])
    stage.handleNext(in: "mail")
    let replies = stage.sent(.emitReply, to: "shop").compactMap { BrokerStage.content($0) }
    #expect(replies.map { $0["confirmed"] } == [true])
    #expect(stage.broker.emissions.isEmpty)
  }

  @Test("is emitted anew when the first time has failed: nobody has got it")
  func failed() throws {
    var stage = Self.stage {
      $0.queue.limit = 1
      $0.queue.overflow = .reject
    }
    stage.emit("order:placed", from: "shop")
    stage.emit("order:placed", from: "shop")
    #expect(Self.emit("1", on: &stage)?.outcome == .overloaded)
    stage.handleNext(in: "mail")
    #expect(Self.emit("1", on: &stage)?.content["duplicate"] == nil)
    #expect(Self.emit("1", on: &stage)?.content["duplicate"] == true)
  }

  @Test("that still waits for room can neither be promised nor be emitted again")
  func undecided() throws {
    var stage = Self.stage { $0.queue.limit = 1 }
    stage.emit("order:placed", from: "shop")
    stage.emit("order:placed", from: "shop")
    #expect(Self.emit("1", on: &stage) { $0.timeout = 3 } == nil)
    let second = try #require(Self.emit("1", on: &stage))
    #expect(second.outcome == .overloaded)
    #expect(second.content["message"]?.stringValue?.contains("still waits for room") == true)
    stage.wait(3.1)
    stage.handleNext(in: "mail")
    let third = try #require(Self.emit("1", on: &stage))
    #expect(third.outcome == .ok)
    #expect(third.content["duplicate"] == nil)
    #expect(Self.emit("1", on: &stage)?.content["duplicate"] == true)
  }

  @Test("is forgotten when as many others have come as are remembered")
  func bounded() throws {
    var stage = Self.stage { $0.delivery = .broadcast }
    for number in 0..<EventMemory.capacity {
      Self.emit("\(number)", on: &stage)
      _ = stage.take()
    }
    #expect(Self.emit("0", on: &stage)?.content["duplicate"] == true)
    #expect(Self.emit("one more", on: &stage)?.content["duplicate"] == nil)
    #expect(Self.emit("0", on: &stage)?.content["duplicate"] == nil)
    #expect(Self.emit("2", on: &stage)?.content["duplicate"] == true)
  }

  @Test("has a name that can be remembered", arguments: ["", String(repeating: "x", count: 257)])
  func names(_ id: String) throws {
    var stage = Self.stage()
    let reply = try #require(Self.emit(id, on: &stage))
    #expect(reply.outcome == .invalidPayload)
    #expect(reply.content["message"]?.stringValue?.contains("text of 1 to 256 bytes") == true)
  }

  @Test("and is durable goes to nobody before the disk has said that it is the first")
  func durable() throws {
    var stage = Self.stage {
      $0.delivery = .durable
      $0.isRetained = true
    }
    stage.subscribe("mail", to: "order:placed", id: "s2", shape: ["throttle": ["interval": 1]])
    stage.send(.subscribe, content: ["subscription": "l", "pattern": "order:*"])
    _ = stage.take()
    #expect(Self.emit("1", on: &stage) == nil)
    let first = try #require(Self.storing(stage).first)
    #expect(first.id == "1" && first.isNamed)
    #expect(stage.events(to: "mail").isEmpty && stage.sent(.event).isEmpty)
    stage.give(.stored(first, .success(.stored(subscribers: 1))))
    #expect(stage.events(to: "mail").count == 1 && stage.sent(.event).count == 1)
    #expect(BrokerStage.content(stage.sent(.emitReply, to: "shop").first)?["duplicate"] == nil)
    _ = stage.take()
    #expect(Self.emit("1", on: &stage) { $0.confirm = .all } == nil)
    stage.give(.stored(try #require(Self.storing(stage).first), .success(.duplicate)))
    let reply = BrokerStage.content(stage.sent(.emitReply, to: "shop").first)
    #expect(reply?["duplicate"] == true)
    #expect(stage.events(to: "mail").isEmpty && stage.sent(.event).isEmpty)
    #expect(stage.broker.emissions.isEmpty)
  }

  @Test("and is durable is told to nobody when it could not be written")
  func notWritten() throws {
    var stage = Self.stage { $0.delivery = .durable }
    stage.subscribe("mail", to: "order:placed", id: "s2", shape: ["throttle": ["interval": 1]])
    _ = stage.take()
    Self.emit("1", on: &stage)
    let full = OutcomeError(.overloaded, "the disk is full")
    stage.give(.stored(try #require(Self.storing(stage).first), .failure(full)))
    #expect(stage.events(to: "mail").isEmpty)
    let reply = try #require(stage.sent(.emitReply, to: "shop").first)
    #expect(reply.outcome == .overloaded)
  }
}
