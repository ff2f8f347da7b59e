import KernelProtocol
import Testing

@testable import Broker

@Suite("A subscription with a shape")
struct ShapedSubscriptionTests {
  private static func stage(
    shape: JSONValue?, _ change: (inout PluginManifest.Event) -> Void = { _ in }
  ) -> BrokerStage {
    var event = PluginManifest.Event()
    change(&event)
    var stage = BrokerStage([
      BrokerStage.manifest("editor", emits: ["text:changed": event]),
      BrokerStage.manifest("check", subscribes: ["text:*"]),
    ])
    stage.subscribe("check", to: "text:*", shape: shape)
    _ = stage.take()
    return stage
  }

  @Test("gets a list of what came within its window, directed at it alone")
  func batch() throws {
    var stage = Self.stage(shape: ["batch": ["window": 2]])
    for number in 1...3 { stage.emit("text:changed", from: "editor", ["n": JSONValue(number)]) }
    #expect(stage.events(to: "check").isEmpty)
    stage.wait(2.1)
    let event = try #require(stage.events(to: "check").first)
    let metadata = try MessageMetadata(reading: event.metadata)
    #expect(metadata.batch == true)
    #expect(metadata.subscriptions == ["s1"])
    #expect(BrokerStage.content(event) == ["items": [["n": 1], ["n": 2], ["n": 3]]])
  }

  @Test("that fails does not stop its windows")
  func failing() throws {
    var stage = Self.stage(shape: ["batch": ["window": 1]])
    for _ in 1...3 {
      stage.emit("text:changed", from: "editor")
      stage.wait(1.1)
      #expect(stage.handleNext(in: "check", .handlerError) != nil)
    }
    #expect(stage.broker.queuedDeadLetters.isEmpty)
  }

  @Test("gets the latest of what came while it was busy")
  func latest() throws {
    var stage = Self.stage(shape: ["latest": ["key": "/id"]])
    for number in 1...4 {
      stage.emit("text:changed", from: "editor", ["id": "a", "n": JSONValue(number)])
    }
    let handled = (1...2).map { _ in
      BrokerStage.content(stage.handleNext(in: "check"))?["n"]?.intValue
    }
    #expect(handled == [1, 4])
    #expect(stage.events(to: "check").isEmpty)
  }

  @Test("is refused with the right names when it asks for nonsense")
  func nonsense() throws {
    for (shape, message): (JSONValue, String) in [
      (["batsh": [:]], "batch"), (["batch": ["window": 0]], "above 0"),
      (["batch": ["window": 1], "throttle": ["interval": 1]], "only one"),
      (["latest": ["key": "id"]], "JSON pointer"), (7, "object"),
    ] {
      var stage = Self.stage(shape: nil)
      let content: JSONValue = ["subscription": "s2", "pattern": "text:*", "shape": shape]
      stage.send(.subscribe, from: "check", content: content)
      let reply = try #require(stage.sent(.subscribeReply, to: "check").first)
      #expect(try MessageMetadata(reading: reply.metadata).outcome == .invalidPayload)
      #expect(BrokerStage.content(reply)?["message"]?.stringValue?.contains(message) == true)
    }
  }

  @Test("is not needed where the event itself has a shape; the end of its emitter flushes it")
  func eventShape() throws {
    var stage = Self.stage(shape: nil) { $0.shape = .batch(window: 10, max: nil) }
    for number in 1...2 { stage.emit("text:changed", from: "editor", ["n": JSONValue(number)]) }
    func published() -> [JSONValue?] {
      stage.effects.compactMap { effect in
        if case .publish(_, _, let envelope) = effect { BrokerStage.content(envelope) } else { nil }
      }
    }
    #expect(published().isEmpty)
    stage.give(.disconnect(stage.connection("editor"), ConnectionEnd(exit: .exited(code: 0))))
    #expect(published() == [["items": [["n": 1], ["n": 2]]]])
  }

  @Test("of a retained event gets its last value at once, unless a newer one is on its way")
  func retained() throws {
    var stage = Self.stage(shape: nil) { $0.isRetained = true }
    for number in 1...2 { stage.emit("text:changed", from: "editor", ["n": JSONValue(number)]) }
    stage.subscribe("check", to: "text:changed", id: "late")
    let event = try #require(stage.events(to: "check").first)
    let metadata = try MessageMetadata(reading: event.metadata)
    #expect(metadata.retained == true)
    #expect(metadata.subscriptions == ["late"])
    #expect(BrokerStage.content(event) == ["n": 2])
    stage.emit("text:changed", from: "editor", ["n": 3])
    _ = stage.take()
    stage.begin(event, in: "check")
    let grant = try #require(stage.sent(.eventGrant, to: "check").first)
    #expect(try MessageMetadata(reading: grant.metadata).outcome == .cancelled)
  }

  @Test(
    "collects what comes while a batch is handled for the next one, also what its own handler emits"
  )
  func whileHandling() throws {
    var event = PluginManifest.Event()
    event.delivery = .queued
    var stage = BrokerStage([
      BrokerStage.manifest("editor", emits: ["text:changed": event], subscribes: ["text:*"])
    ])
    stage.subscribe("editor", to: "text:*", shape: ["batch": ["window": 1]])
    stage.emit("text:changed", from: "editor", ["n": 1])
    stage.wait(1.1)
    let first = try #require(stage.events(to: "editor").first)
    stage.begin(first, in: "editor")
    stage.emit("text:changed", from: "editor", ["n": 2], parent: first.header.bytes)
    stage.emit("text:changed", from: "editor", ["n": 3])
    stage.wait(1.1)
    #expect(stage.events(to: "editor").count == 1)
    stage.finish(first, in: "editor")
    let batches = stage.events(to: "editor").map { BrokerStage.content($0)?["items"] }
    #expect(batches == [[["n": 1]], [["n": 2], ["n": 3]]])
  }

  @Test(
    "leaves nothing behind when its plugin ends in the middle of a window",
    arguments: [
      ["batch": ["window": 5]], ["debounce": ["wait": 5]], ["throttle": ["interval": 5]],
      ["latest": ["interval": 5]],
    ] as [JSONValue])
  func unloading(_ shape: JSONValue) throws {
    var stage = Self.stage(shape: shape)
    for _ in 1...3 { stage.emit("text:changed", from: "editor") }
    if let event = stage.events(to: "check").first { stage.begin(event, in: "check") }
    stage.crash("check")
    #expect(stage.broker.lines.isEmpty)
    #expect(stage.broker.shapers.isEmpty)
    #expect(stage.broker.frameCount == 0)
    #expect(stage.broker.isIdle)
  }

  @Test("gets what waits in its window when all is to end")
  func stopping() throws {
    var stage = Self.stage(shape: ["debounce": ["wait": 60]])
    for number in 1...3 { stage.emit("text:changed", from: "editor", ["n": JSONValue(number)]) }
    stage.give(.shutDown)
    #expect(stage.events(to: "check").map { BrokerStage.content($0) } == [["n": 3]])
    #expect(stage.sent(.shutdownRequest, to: "check").count == 1)
    stage.emit("text:changed", from: "editor", ["n": 4])
    #expect(
      stage.events(to: "check").count
        + stage.broker.lines.values.reduce(0) { $0 + $1.waiting.count } == 2)
  }

  @Test(
    "keeps the order of the emits within a shape: the last of a pause, of an interval, of a key")
  func order() throws {
    for (shape, expected): (JSONValue, [Int]) in [
      (["debounce": ["wait": 1]], [3, 4]), (["throttle": ["interval": 1]], [1, 3, 4]),
      (["latest": ["interval": 1]], [1, 3, 4]),
    ] {
      var stage = Self.stage(shape: shape)
      var handled: [Int?] = []
      for number in 1...3 { stage.emit("text:changed", from: "editor", ["n": JSONValue(number)]) }
      for number in 0..<4 {
        while let event = stage.handleNext(in: "check") {
          handled.append(BrokerStage.content(event)?["n"]?.intValue)
        }
        if number == 2 { stage.emit("text:changed", from: "editor", ["n": 4]) }
        stage.wait(1.1)
      }
      while let event = stage.handleNext(in: "check") {
        handled.append(BrokerStage.content(event)?["n"]?.intValue)
      }
      #expect(handled == expected, "\(shape)")
    }
  }
}
