import KernelProtocol
import Testing

@testable import Broker

@Suite("Finding services")
struct ServiceWaitTests {
  private static func stage(_ more: [PluginManifest] = []) -> BrokerStage {
    BrokerStage(
      [
        BrokerStage.manifest(
          "shop", subscribes: ["service:*"], provides: ["shop.buy"], calls: ["tax.*"])
      ] + more)
  }

  private static let tax = BrokerStage.manifest("tax", provides: ["tax.rate"])

  private static func wait(
    _ stage: inout BrokerStage, _ method: String, timeout: Double? = nil,
    parent: FrameBytes = Envelope.emptyObject
  ) -> Envelope {
    stage.send(.serviceWait, from: "shop", parent: parent, content: ["method": .string(method)]) {
      $0.timeout = timeout
    }
  }

  @Test("waits until a provider has started and provides the method")
  func waits() {
    var stage = Self.stage()
    let request = Self.wait(&stage, "tax.rate")
    #expect(stage.replies(.serviceWaitReply, to: request, of: "shop").isEmpty)
    stage.add(Self.tax, on: ConnectionID(50))
    #expect(stage.replies(.serviceWaitReply, to: request, of: "shop").map(\.outcome) == [.ok])
    let second = Self.wait(&stage, "tax.rate")
    #expect(stage.replies(.serviceWaitReply, to: second, of: "shop").map(\.outcome) == [.ok])
    #expect(stage.broker.serviceWaits.isEmpty)
  }

  @Test("waits for so long only, and not for what may not be called")
  func refusals() throws {
    var stage = Self.stage()
    let request = Self.wait(&stage, "tax.rate", timeout: 2)
    let denied = Self.wait(&stage, "post.send")
    #expect(
      stage.replies(.serviceWaitReply, to: denied, of: "shop").map(\.outcome) == [.permissionDenied]
    )
    stage.wait(1)
    #expect(stage.replies(.serviceWaitReply, to: request, of: "shop").isEmpty)
    stage.wait(1.5)
    let reply = try #require(stage.replies(.serviceWaitReply, to: request, of: "shop").first)
    #expect(reply.outcome == .timeout)
    #expect(reply.content["started"] == false)
  }

  @Test("ends with the frame that waits, and with its kernel")
  func cancelled() throws {
    var stage = Self.stage()
    let call = stage.call("shop.buy", timeout: 1)
    let frame = try #require(stage.calls(to: "shop").first)
    let request = Self.wait(&stage, "tax.rate", timeout: 60, parent: frame.header.bytes)
    stage.wait(2)
    #expect(stage.replies(.callReply, to: call).map(\.outcome) == [.timeout])
    #expect(stage.replies(.serviceWaitReply, to: request, of: "shop").count == 1)
    _ = Self.wait(&stage, "tax.rate")
    stage.kill("shop")
    #expect(stage.broker.serviceWaits.isEmpty)
  }

  @Test("lists what may be called, and whether it is there")
  func list() throws {
    var stage = Self.stage([Self.tax, BrokerStage.manifest("post", provides: ["post.send"])])
    let expected: JSONValue = [
      "method": "tax.rate", "plugin": "tax", "language": "none", "stream": false, "available": true,
    ]
    let all = stage.send(.servicesRequest, from: "shop")
    #expect(
      stage.replies(.servicesReply, to: all, of: "shop").map(\.content) == [
        ["services": [expected]]
      ])
    let none = stage.send(.servicesRequest, from: "shop", content: ["pattern": "post.*"])
    #expect(
      stage.replies(.servicesReply, to: none, of: "shop").map(\.content) == [["services": []]])
    stage.kill("tax")
    let gone = stage.send(.servicesRequest, from: "shop")
    let rows = stage.replies(.servicesReply, to: gone, of: "shop").first?.content["services"]
    #expect(rows?.arrayValue?.first?["available"] == false)
    let host = stage.send(.servicesRequest)
    let seen = try #require(stage.replies(.servicesReply, to: host).first?.content["services"])
    #expect(seen.arrayValue?.map { $0["method"] } == ["post.send", "shop.buy", "tax.rate"])
    #expect(seen.arrayValue?.last?["state"] == "restarting")
  }

  @Test("tells those who subscribe what has come and what is gone, once each")
  func events() {
    var stage = Self.stage()
    stage.subscribe("shop", to: "service:*")
    _ = stage.take()
    stage.add(Self.tax, on: ConnectionID(50))
    let payload: JSONValue = ["method": "tax.rate", "plugin": "tax"]
    #expect(stage.published("service:available") == [payload])
    stage.send(.withdraw, from: "tax", content: ["method": "tax.rate"])
    #expect(stage.published("service:gone") == [payload])
    stage.send(.provide, from: "tax", content: ["method": "tax.rate"])
    #expect(stage.published("service:available") == [payload, payload])
    stage.kill("tax")
    #expect(stage.published("service:gone") == [payload, payload])
  }

  @Test("its events are the orchestrator's own")
  func ownEvents() {
    var set = ManifestSet()
    let thief = BrokerStage.manifest("thief", emits: ["service:gone": PluginManifest.Event()])
    #expect(throws: ManifestProblem.self) { try set.add(thief) }
  }

  @Test("a method that is withdrawn while calls wait for it ends them")
  func withdrawn() throws {
    var stage = Self.stage([Self.tax])
    let first = stage.call("tax.rate")
    let second = stage.call("tax.rate")
    stage.send(.withdraw, from: "tax", content: ["method": "tax.rate"])
    #expect(stage.replies(.callReply, to: second).map(\.outcome) == [.unavailable])
    #expect(stage.replies(.callReply, to: first).isEmpty)
  }
}
