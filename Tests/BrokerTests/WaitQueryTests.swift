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
}
