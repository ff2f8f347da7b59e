import KernelProtocol
import Testing

@testable import Broker

@Suite("A method of the application's own")
struct ApplicationTests {
  private static let application = ConnectionID(9)

  /// A shop that provides `shop.rate`, and a plugin that may call it.
  private static func stage(calls: [String] = ["shop.*"]) -> BrokerStage {
    var stage = BrokerStage([
      BrokerStage.manifest("pricing", provides: ["pricing.quote"], calls: calls)
    ])
    stage.give(.connect(application, .application(name: "shop")))
    stage.give(.provide(application, method: "shop.rate", PluginManifest.Method()))
    _ = stage.take()
    return stage
  }

  private static func requests(_ stage: BrokerStage) -> [Envelope] {
    stage.effects.compactMap { effect in
      guard case .send(application, let envelope) = effect, envelope.type == .callRequest else {
        return nil
      }
      return envelope
    }
  }

  private static func answer(_ request: Envelope, _ stage: inout BrokerStage) {
    var metadata = MessageMetadata()
    metadata.outcome = .ok
    var headers = HeaderFactory(session: "a")
    stage.give(
      .receive(
        application,
        Envelope(
          header: headers.make(.callReply, date: ""), parentHeader: request.header.bytes,
          metadata: metadata.bytes, content: FrameBytes(json: ["value": 2]))))
  }

  @Test("is called by a plugin whose manifest asks for it, and answers")
  func called() throws {
    var stage = Self.stage()
    stage.send(.callRequest, from: "pricing") { $0.method = "shop.rate" }
    let request = try #require(Self.requests(stage).first)
    #expect(try MessageMetadata(reading: request.metadata).caller == "pricing")
    Self.answer(request, &stage)
    let reply = BrokerStage.content(stage.sent(.callReply, to: "pricing").first)
    #expect(reply?["value"] == 2)
    #expect(stage.broker.isIdle)
  }

  @Test("is not for a plugin whose manifest does not ask for it")
  func denied() throws {
    var stage = Self.stage(calls: [])
    stage.send(.callRequest, from: "pricing") { $0.method = "shop.rate" }
    #expect(Self.requests(stage).isEmpty)
    let reply = try #require(stage.sent(.callReply, to: "pricing").first)
    #expect(try MessageMetadata(reading: reply.metadata).outcome == .permissionDenied)
  }

  @Test("calls plugins on behalf of its caller, which are let in though that one waits")
  func nested() throws {
    var stage = Self.stage()
    stage.send(.callRequest) { $0.method = "pricing.quote" }
    let outer = try #require(stage.sent(.callRequest, to: "pricing").first)
    stage.send(.callRequest, from: "pricing", parent: outer.header.bytes) {
      $0.method = "shop.rate"
    }
    let request = try #require(Self.requests(stage).first)
    _ = stage.take()
    var metadata = MessageMetadata()
    metadata.method = "pricing.quote"
    var headers = HeaderFactory(session: "b")
    stage.give(
      .receive(
        Self.application,
        Envelope(
          header: headers.make(.callRequest, date: ""), parentHeader: request.header.bytes,
          metadata: metadata.bytes)))
    let inner = try #require(stage.sent(.callRequest, to: "pricing").first)
    #expect(try MessageMetadata(reading: inner.metadata).depth == 3)
  }

  @Test("that is withdrawn is gone")
  func withdrawn() throws {
    var stage = Self.stage()
    stage.give(.withdraw(Self.application, method: "shop.rate"))
    stage.send(.callRequest, from: "pricing") { $0.method = "shop.rate" }
    let reply = try #require(stage.sent(.callReply, to: "pricing").first)
    #expect(try MessageMetadata(reading: reply.metadata).outcome == .noProvider)
  }
}
