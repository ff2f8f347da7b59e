import KernelProtocol
import Testing

@testable import Broker

@Suite("A plugin whose kernel ends")
struct RestartTests {
  private static func stage(
    _ settings: PluginManifest.Event = queued, mailbox: MailboxMode = .serial
  ) -> BrokerStage {
    var stage = BrokerStage([
      BrokerStage.manifest("shop", emits: ["order:placed": settings]),
      BrokerStage.manifest(
        "stock", subscribes: ["order:*"], provides: ["stock.count"], mailbox: mailbox),
    ])
    stage.subscribe("stock", to: "order:*")
    _ = stage.take()
    return stage
  }

  private static var queued: PluginManifest.Event {
    var event = PluginManifest.Event()
    event.delivery = .queued
    return event
  }

  private static func numbers(_ events: [Envelope]) -> [Int] {
    events.compactMap { BrokerStage.content($0)?["n"]?.intValue }
  }

  /// Handles what comes, in the order in which it comes.
  private static func handleAll(in stage: inout BrokerStage) -> [Envelope] {
    var handled: [Envelope] = []
    while !stage.events(to: "stock").isEmpty {
      let events = stage.events(to: "stock")
      _ = stage.take()
      for event in events {
        stage.begin(event, in: "stock")
        stage.finish(event, in: "stock")
      }
      handled += events
    }
    return handled
  }

  private static func outcome(_ envelope: Envelope?) -> Outcome? {
    envelope.flatMap { try? MessageMetadata(reading: $0.metadata).outcome }
  }

  @Test("is launched again after a while, and gets what it had not handled, in order")
  func queuedEvents() {
    var stage = Self.stage(mailbox: .concurrent(3))
    for number in 1...4 { stage.emit("order:placed", from: "shop", ["n": JSONValue(number)]) }
    #expect(Self.numbers(stage.events(to: "stock")) == [1, 2, 3])
    stage.crash("stock")
    #expect(stage.launches.isEmpty)
    stage.emit("order:placed", from: "shop", ["n": 5])
    stage.wait(0.3)
    #expect(stage.launches == ["stock"])
    _ = stage.take()
    stage.restart("stock") { $0.subscribe("stock", to: "order:*") }
    #expect(Self.numbers(stage.events(to: "stock")) == [1, 2, 3])
    #expect(Self.numbers(Self.handleAll(in: &stage)) == [1, 2, 3, 4, 5])
  }

  @Test("a handler that had begun counts as an attempt, one that had not does not")
  func attempts() throws {
    var stage = Self.stage(mailbox: .concurrent(2))
    stage.emit("order:placed", from: "shop", ["n": 1])
    stage.emit("order:placed", from: "shop", ["n": 2])
    let events = stage.events(to: "stock")
    stage.begin(try #require(events.first), in: "stock")
    stage.crash("stock")
    stage.wait(0.3)
    _ = stage.take()
    stage.restart("stock") { $0.subscribe("stock", to: "order:*") }
    stage.wait(1)
    let attempts = try stage.events(to: "stock").map {
      try MessageMetadata(reading: $0.metadata).attempt
    }
    #expect(Self.numbers(stage.events(to: "stock")) == [1, 2])
    #expect(attempts == [2, 1])
  }

  @Test("a request that comes meanwhile waits, and is answered by the new kernel")
  func waitingCall() throws {
    var stage = Self.stage()
    stage.crash("stock")
    let call = stage.send(.callRequest) { $0.method = "stock.count" }
    #expect(stage.sent(.callReply).isEmpty)
    stage.wait(0.3)
    stage.restart("stock")
    let request = try #require(stage.sent(.callRequest, to: "stock").first)
    stage.send(.callReply, from: "stock", parent: request.header.bytes, content: ["value": 3]) {
      $0.outcome = .ok
    }
    #expect(stage.sent(.callReply).map(\.parentID) == [call.id])
  }

  @Test("a request whose deadline passes meanwhile is told that the plugin was not there")
  func lateCall() throws {
    var stage = Self.stage()
    stage.crash("stock")
    stage.send(.callRequest) {
      $0.method = "stock.count"
      $0.timeout = 5
    }
    stage.wait(6)
    let reply = try #require(stage.sent(.callReply).first)
    #expect(Self.outcome(reply) == .unavailable)
    #expect(BrokerStage.content(reply)?["retry_after"] != nil)
    #expect(stage.broker.frameCount == 0)
  }

  @Test("too many crashes quarantine it: what waits is a dead letter, and who calls is told")
  func quarantine() throws {
    var stage = Self.stage()
    stage.emit("order:placed", from: "shop", ["n": 1]) { $0.confirm = .all }
    for _ in 0..<5 {
      stage.crash("stock")
      stage.wait(4)
      stage.restart("stock") { $0.subscribe("stock", to: "order:*") }
    }
    _ = stage.take()
    stage.crash("stock")
    #expect(stage.broker.queuedDeadLetters.map(\.letter.plugin) == ["stock"])
    let reply = try #require(stage.sent(.emitReply, to: "shop").first)
    #expect(BrokerStage.content(reply)?["outcomes"]?["stock"]?["outcome"] == "unavailable")
    stage.send(.callRequest) { $0.method = "stock.count" }
    #expect(Self.outcome(stage.sent(.callReply).first) == .unavailable)
    stage.emit("order:placed", from: "shop", ["n": 2])
    #expect(stage.broker.queuedDeadLetters.count == 2)
    stage.wait(60)
    #expect(stage.launches.isEmpty)
    #expect(stage.broker.isIdle)

    stage.give(.restart("stock"))
    #expect(stage.launches == ["stock"])
    stage.restart("stock") { $0.subscribe("stock", to: "order:*") }
    stage.give(.deadLetter(1, retries: true))
    #expect(Self.numbers(stage.events(to: "stock")) == [1])
  }

  @Test("one that never served is not started again")
  func neverServed() {
    var stage = BrokerStage([])
    stage.give(
      .declare(BrokerStage.manifest("p"), folder: "/", connection: ConnectionID(10)))
    stage.give(.connect(ConnectionID(10), .kernel(name: "k", language: "none", plugin: "p")))
    stage.give(.disconnect(ConnectionID(10), ConnectionEnd(exit: .exited(code: 1))))
    stage.wait(60)
    #expect(stage.launches.isEmpty)
  }

  @Test("one that ends before it has served leaves what waits for it as dead letters")
  func endsWhileItStarts() {
    var stage = Self.stage()
    stage.add(BrokerStage.manifest("late", subscribes: ["order:*"]), on: ConnectionID(30)) {
      $0.subscribe("late", to: "order:*")
      $0.emit("order:placed", from: "shop", ["n": 1])
      $0.crash("late")
    }
    #expect(stage.broker.queuedDeadLetters.map(\.letter.plugin) == ["late"])
  }

  @Test("a restart by hand ends the kernel first, and counts as no crash")
  func byHand() {
    var stage = Self.stage()
    for _ in 0..<8 {
      stage.give(.restart("stock"))
      #expect(stage.sent(.shutdownRequest, to: "stock").count == 1)
      #expect(stage.launches.isEmpty)
      stage.crash("stock")
      #expect(stage.launches == ["stock"])
      _ = stage.take()
      stage.restart("stock")
      _ = stage.take()
    }
    #expect(stage.broker.standing(of: "stock")?.restarts == 8)
  }

  @Test("what waits in a window of a queued event is not lost")
  func window() {
    var stage = Self.stage()
    let shape: JSONValue = ["batch": ["window": 10]]
    stage.subscribe("stock", to: "order:*", id: "s2", shape: shape)
    stage.emit("order:placed", from: "shop", ["n": 1])
    stage.crash("stock")
    stage.emit("order:placed", from: "shop", ["n": 2])
    stage.wait(0.3)
    _ = stage.take()
    stage.restart("stock") {
      $0.subscribe("stock", to: "order:*")
      $0.subscribe("stock", to: "order:*", id: "s2", shape: shape)
    }
    stage.wait(11)
    let events = Self.handleAll(in: &stage)
    #expect(Self.numbers(events) == [1, 2])
    let items = events.compactMap { BrokerStage.content($0)?["items"]?.arrayValue }
    #expect(items == [[["n": 1]], [["n": 2]]])
  }

  @Test("nothing is started again once everything ends")
  func shutDown() {
    var stage = Self.stage()
    stage.crash("stock")
    stage.give(.shutDown)
    stage.wait(60)
    #expect(stage.launches.isEmpty)
  }
}
