import KernelProtocol
import Testing

@testable import Broker

@Suite("A handler that calls while it reads a stream")
struct StreamingCallTests {
  @Test("is known to wait for the call, where its kernel has one request open at a time")
  func deadlock() throws {
    var source = BrokerStage.manifest("s", provides: ["s.items", "s.get"], calls: ["a.*"])
    source.provides["s.items"]?.isStream = true
    var stage = BrokerStage([
      source, BrokerStage.manifest("a", provides: ["a.go"], calls: ["s.*", "b.*"]),
      BrokerStage.manifest("b", provides: ["b.go"], calls: ["a.*"]),
    ])
    stage.send(.callRequest) { $0.method = "a.go" }
    stage.send(.callRequest) { $0.method = "b.go" }
    let a = try #require(stage.sent(.callRequest, to: "a").first).header.bytes
    let b = try #require(stage.sent(.callRequest, to: "b").first).header.bytes
    stage.send(.callRequest, from: "a", parent: a) {
      $0.method = "s.items"
      $0.stream = true
    }
    let items = try #require(stage.sent(.callRequest, to: "s").first).header.bytes
    stage.send(.yieldItem, from: "s", parent: items, content: ["value": 1]) { $0.sequence = 0 }
    stage.send(.callRequest, from: "a", parent: a) { $0.method = "b.go" }
    let last = stage.send(.callRequest, from: "b", parent: b) { $0.method = "a.go" }
    let reply = try #require(stage.sent(.callReply, to: "b").first { $0.parentID == last.id })
    #expect(try MessageMetadata(reading: reply.metadata).outcome == .deadlock)
  }
}
