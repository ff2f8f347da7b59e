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
}
