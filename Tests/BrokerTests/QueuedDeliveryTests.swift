import KernelProtocol
import Testing

@testable import Broker

@Suite("A queued event")
struct QueuedDeliveryTests {
  private static func stage(
    _ change: (inout PluginManifest.Event) -> Void = { _ in }, mailbox: MailboxMode = .serial
  ) -> BrokerStage {
    var event = PluginManifest.Event()
    event.delivery = .queued
    change(&event)
    var stage = BrokerStage([
      BrokerStage.manifest("shop", emits: ["order:placed": event]),
      BrokerStage.manifest("stock", subscribes: ["order:*"], mailbox: mailbox),
    ])
    stage.subscribe("stock", to: "order:*")
    _ = stage.take()
    return stage
  }

  private static func number(_ event: Envelope?) -> Int? {
    BrokerStage.content(event)?["n"]?.intValue
  }

  @Test("reaches its subscriber one after the other, in order")
  func order() {
    var stage = Self.stage()
    for number in 1...3 {
      stage.emit("order:placed", from: "shop", ["n": JSONValue(number)])
    }
    #expect(stage.sent(.emitReply, to: "shop").count == 3)
    #expect(stage.events(to: "stock").count == 1)
    let handled = (1...3).map { _ in Self.number(stage.handleNext(in: "stock")) }
    #expect(handled == [1, 2, 3])
    #expect(stage.broker.frameCount == 0)
    #expect(stage.broker.lines.isEmpty)
  }

  @Test(
    "that fails is tried again after ever longer, before those behind it, and then is a dead letter"
  )
  func retries() throws {
    var stage = Self.stage { $0.queue.maximumAttempts = 3 }
    stage.emit("order:placed", from: "shop", ["n": 1])
    stage.emit("order:placed", from: "shop", ["n": 2])
    for (attempt, pause) in [(1, 0.5), (2, 1.0)] {
      let event = try #require(stage.events(to: "stock").first)
      #expect(try MessageMetadata(reading: event.metadata).attempt == attempt)
      #expect(Self.number(event) == 1)
      stage.handleNext(in: "stock", .handlerError)
      stage.wait(pause - 0.1)
      #expect(stage.events(to: "stock").isEmpty)
      stage.wait(0.2)
    }
    stage.handleNext(in: "stock", .handlerError)
    #expect(stage.broker.queuedDeadLetters.map(\.letter.attempts) == [3])
    #expect(Self.number(stage.events(to: "stock").first) == 2)
  }

  @Test("that its handler hands back comes again when it asks for it; one that it rejects does not")
  func dispositions() {
    var stage = Self.stage()
    stage.emit("order:placed", from: "shop", ["n": 1])
    stage.handleNext(in: "stock", .handlerError) {
      $0.disposition = .nack
      $0.delay = 7
    }
    stage.wait(6.9)
    #expect(stage.events(to: "stock").isEmpty)
    stage.wait(0.2)
    stage.handleNext(in: "stock", .handlerError) { $0.disposition = .reject }
    #expect(stage.broker.queuedDeadLetters.count == 1)
    #expect(stage.events(to: "stock").isEmpty)
  }

  @Test(
    "comes again, as a further attempt, when its kernel ends in the middle, and says so of a dead letter only once"
  )
  func deadLetterIsRetried() throws {
    var stage = Self.stage { $0.queue.maximumAttempts = 1 }
    stage.emit("order:placed", from: "shop", ["n": 1])
    stage.handleNext(in: "stock", .handlerError)
    let number = try #require(stage.broker.queuedDeadLetters.first?.number)
    stage.give(.deadLetter(number, retries: true))
    let event = try #require(stage.events(to: "stock").first)
    #expect(try MessageMetadata(reading: event.metadata).attempt == 1)
    stage.handleNext(in: "stock")
    #expect(stage.broker.queuedDeadLetters.isEmpty)
    #expect(stage.broker.lines.isEmpty)
  }

  @Test("goes to as many handlers at once as the mailbox is wide")
  func window() {
    var stage = Self.stage(mailbox: .concurrent(2))
    for number in 1...5 {
      stage.emit("order:placed", from: "shop", ["n": JSONValue(number)])
    }
    #expect(stage.events(to: "stock").count == 2)
  }

  @Test("waits with its emit when the line is full and the policy is to block")
  func block() {
    var stage = Self.stage { $0.queue.limit = 1 }
    for number in 1...3 {
      stage.emit("order:placed", from: "shop", ["n": JSONValue(number)])
    }
    // One is in flight, one waits, and the third has no room.
    #expect(stage.sent(.emitReply, to: "shop").count == 2)
    stage.handleNext(in: "stock")
    #expect(stage.sent(.emitReply, to: "shop").count == 1)
    #expect([2, 3] == (1...2).map { _ in Self.number(stage.handleNext(in: "stock")) })
  }

  @Test("is dropped and counted, or refused, as its policy says", arguments: Overflow.allCases)
  func overflow(_ policy: Overflow) {
    var stage = Self.stage {
      $0.queue.limit = 1
      $0.queue.overflow = policy
    }
    for number in 1...3 {
      stage.emit("order:placed", from: "shop", ["n": JSONValue(number)])
    }
    let outcomes = stage.sent(.emitReply, to: "shop").map {
      (try? MessageMetadata(reading: $0.metadata))?.outcome
    }
    var handled: [Int?] = []
    while let event = stage.handleNext(in: "stock") { handled.append(Self.number(event)) }
    switch policy {
    case .block: #expect(handled == [1, 2, 3])
    case .dropOldest: #expect(handled == [1, 3])
    case .dropNewest: #expect(handled == [1, 2])
    case .reject:
      #expect(handled == [1, 2])
      #expect(outcomes == [.ok, .ok, .overloaded])
    }
    let isDropping = policy == .dropOldest || policy == .dropNewest
    #expect(stage.broker.dropCounts["overflow"] == (isDropping ? 1 : nil))
  }

  @Test("replaces one that waits and has the same key, when it is declared so")
  func latest() {
    var stage = Self.stage { $0.queue.latestKey = JSONPointer(["id"]) }
    for (id, number) in [("a", 1), ("a", 2), ("b", 3), ("a", 4), ("b", 5)] {
      stage.emit("order:placed", from: "shop", ["id": .string(id), "n": JSONValue(number)])
    }
    var handled: [Int?] = []
    while let event = stage.handleNext(in: "stock") { handled.append(Self.number(event)) }
    #expect(handled == [1, 4, 5])
  }
}
