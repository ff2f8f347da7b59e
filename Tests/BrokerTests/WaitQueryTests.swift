import KernelProtocol
import Testing

@testable import Broker

@Suite("A kernel that tells what its frames wait for")
struct WaitQueryTests {
  @Test("is not asked while a plugin calls itself, however deep")
  func recursion() throws {
    var stage = BrokerStage(
      [BrokerStage.manifest("a", provides: ["a.go"], calls: ["a.go"])], features: ["waits"])
    var parent = Envelope.emptyObject
    for depth in 0..<20 {
      stage.send(.callRequest, from: depth == 0 ? nil : "a", parent: parent) { $0.method = "a.go" }
      parent = try #require(stage.sent(.callRequest, to: "a").last).header.bytes
    }
    #expect(stage.sent(.callRequest, to: "a").count == 20)
    #expect(stage.sent(.waitQuery, to: "a").isEmpty)
  }
  /// The producer waits for its consumer: a path to and fro between the two would have nothing that could fail.
  @Test(
    "is believed when it names, before the call that it waits for, a stream that nobody reads on")
  func streamBeside() throws {
    var source = BrokerStage.manifest("s", provides: ["s.items"])
    source.provides["s.items"]?.isStream = true
    var stage = BrokerStage(
      [
        source, BrokerStage.manifest("a", provides: ["a.go"], calls: ["s.*", "b.*"]),
        BrokerStage.manifest("b", provides: ["b.go"], calls: ["a.*"]),
      ], features: ["waits"])
    stage.call("a.go")
    stage.call("b.go")
    let a = try #require(stage.calls(to: "a").first).header.bytes
    let b = try #require(stage.calls(to: "b").first).header.bytes
    let stream = stage.send(.callRequest, from: "a", parent: a) {
      $0.method = "s.items"
      $0.stream = true
      $0.credit = 1
    }
    let items = try #require(stage.calls(to: "s").first).header.bytes
    stage.send(.yieldItem, from: "s", parent: items, content: ["value": 1]) { $0.sequence = 0 }
    stage.send(.creditWait, from: "s", parent: items)
    let beside = stage.call("b.go", from: "a", parent: a)
    let last = stage.call("a.go", from: "b", parent: b)
    stage.send(.waiting, from: "b", parent: b, content: Self.requests((last, 0)))
    #expect(stage.replies(.callReply, to: last, of: "b").isEmpty)
    stage.send(.waiting, from: "a", parent: a, content: Self.requests((stream, 1), (beside, 0)))
    let reply = try #require(stage.replies(.callReply, to: last, of: "b").first)
    #expect(reply.outcome == .deadlock)
    #expect(reply.content["cycle"] == ["a", "b"])
  }

  private static func requests(_ all: (Envelope, items: Int)...) -> JSONValue {
    let requests: [JSONValue] = all.map { request, items in
      ["msg_id": .string(request.id), "items": .integer(Int64(items))]
    }
    return ["requests": .array(requests)]
  }
}
