import KernelProtocol
import Testing

@testable import Broker

@Suite("A queued event whose kernel ends before its handler began")
struct NotStartedTests {
  @Test("is no failure and no attempt: it waits for the next generation")
  func silent() {
    var event = PluginManifest.Event()
    event.delivery = .queued
    var stage = BrokerStage([
      BrokerStage.manifest("shop", emits: ["order:placed": event]),
      BrokerStage.manifest("stock", subscribes: ["order:*"]),
    ])
    stage.subscribe("stock", to: "order:*")
    stage.emit("order:placed", from: "shop")
    _ = stage.take()
    stage.give(.disconnect(stage.connection("stock"), ConnectionEnd(exit: .exited(code: 0))))
    let failures = stage.effects.filter { effect in
      switch effect {
      case .report(.handlerFailed), .report(.span): true
      default: false
      }
    }
    #expect(failures.isEmpty)
    #expect(stage.broker.lines.values.map(\.waiting.first?.attempt) == [1])
  }
}
