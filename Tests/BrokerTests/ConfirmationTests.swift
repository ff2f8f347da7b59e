import KernelProtocol
import Testing

@testable import Broker

@Suite("An emit that waits for its subscribers")
struct ConfirmationTests {
  private static func stage(
    delivery: Delivery, calls: [String] = [], provides: [String] = []
  ) -> BrokerStage {
    var event = PluginManifest.Event()
    event.delivery = delivery
    event.queue.maximumAttempts = 1
    var stage = BrokerStage([
      BrokerStage.manifest(
        "form", emits: ["form:sent": event], provides: provides, mailbox: .serial),
      BrokerStage.manifest("mail", subscribes: ["form:*"], calls: calls),
      BrokerStage.manifest("log", subscribes: ["form:*"]),
    ])
    stage.subscribe("mail", to: "form:*")
    stage.subscribe("log", to: "form:*")
    _ = stage.take()
    return stage
  }

  /// The event as each plugin's kernel has it, by whichever way it came.
  private static func event(_ stage: BrokerStage, to plugin: String) -> Envelope? {
    if let directed = stage.events(to: plugin).first { return directed }
    return stage.effects.lazy.compactMap { effect in
      if case .publish(_, _, let envelope) = effect { envelope } else { nil }
    }.first
  }

  private static func reply(_ stage: BrokerStage) -> JSONValue? {
    BrokerStage.content(stage.sent(.emitReply, to: "form").first)
  }

  @Test(
    "hears of every one of them by name, one failure beside another's success",
    arguments: [Delivery.broadcast, .queued])
  func all(_ delivery: Delivery) throws {
    var stage = Self.stage(delivery: delivery)
    stage.emit("form:sent", from: "form") { $0.confirm = .all }
    let mail = try #require(Self.event(stage, to: "mail"))
    let log = try #require(Self.event(stage, to: "log"))
    stage.begin(mail, in: "mail")
    stage.finish(mail, in: "mail", .handlerError)
    #expect(Self.reply(stage) == nil)
    stage.begin(log, in: "log")
    stage.finish(log, in: "log")
    let reply = try #require(Self.reply(stage))
    #expect(reply["confirmed"] == false)
    #expect(reply["outcomes"]?["log"]?["outcome"] == "ok")
    #expect(reply["outcomes"]?["mail"]?["outcome"] == "handler_error")
    #expect(stage.broker.emissions.isEmpty)
    #expect(stage.broker.frameCount == 0)
  }

  @Test(
    "lets its own plugin handle the event while it waits",
    arguments: [Delivery.broadcast, .queued])
  func ownPlugin(_ delivery: Delivery) throws {
    var event = PluginManifest.Event()
    event.delivery = delivery
    var stage = BrokerStage([
      BrokerStage.manifest(
        "form", emits: ["form:sent": event], subscribes: ["form:*"], provides: ["form.send"])
    ])
    stage.subscribe("form", to: "form:*")
    stage.send(.callRequest) { $0.method = "form.send" }
    let request = try #require(stage.sent(.callRequest, to: "form").first)
    stage.emit("form:sent", from: "form", parent: request.header.bytes) { $0.confirm = .all }
    let own = try #require(Self.event(stage, to: "form"))
    stage.begin(own, in: "form")
    let grant = try #require(stage.sent(.eventGrant, to: "form").first)
    #expect(try MessageMetadata(reading: grant.metadata).outcome == .ok)
    stage.finish(own, in: "form")
    #expect(Self.reply(stage)?["confirmed"] == true)
  }

  @Test("goes on with the first, or with as many as it asks for, or when that cannot be any more")
  func someOfThem() throws {
    for (confirm, failures, confirmed) in [
      (Confirmation.any, 0, true), (.any, 2, false), (.quorum(2), 0, true), (.quorum(2), 1, false),
      (.quorum(3), 0, false),
    ] {
      var stage = Self.stage(delivery: .broadcast)
      stage.emit("form:sent", from: "form") { $0.confirm = confirm }
      let event = try #require(Self.event(stage, to: "mail"))
      for (index, plugin) in ["mail", "log"].enumerated() where Self.reply(stage) == nil {
        stage.begin(event, in: plugin)
        stage.finish(event, in: plugin, index < failures ? .handlerError : .ok)
      }
      #expect(Self.reply(stage)?["confirmed"] == .bool(confirmed), "\(confirm) \(failures)")
    }
  }

  @Test("names those who did not answer in time")
  func timeout() throws {
    var stage = Self.stage(delivery: .broadcast)
    stage.emit("form:sent", from: "form") {
      $0.confirm = .all
      $0.timeout = 3
    }
    let event = try #require(Self.event(stage, to: "mail"))
    stage.begin(event, in: "mail")
    stage.finish(event, in: "mail")
    stage.wait(3.1)
    let outcomes = try #require(Self.reply(stage)?["outcomes"])
    #expect(outcomes["mail"]?["outcome"] == "ok")
    #expect(outcomes["log"]?["outcome"] == "timeout")
  }

  @Test("comes back at once when nobody subscribes, or fails when somebody must")
  func nobody() {
    var stage = BrokerStage([
      BrokerStage.manifest("form", emits: ["form:sent": PluginManifest.Event()])
    ])
    stage.emit("form:sent", from: "form") { $0.confirm = .all }
    #expect(Self.reply(stage)?["outcomes"] == [:])
    _ = stage.take()
    stage.emit("form:sent", from: "form") { $0.require = true }
    let reply = stage.sent(.emitReply, to: "form").first
    #expect((try? MessageMetadata(reading: reply?.metadata ?? "{}"))?.outcome == .noProvider)
  }

  @Test("is told of a subscriber whose kernel ends")
  func death() throws {
    var stage = Self.stage(delivery: .broadcast)
    stage.emit("form:sent", from: "form") { $0.confirm = .any }
    let event = try #require(Self.event(stage, to: "mail"))
    stage.begin(event, in: "mail")
    stage.give(
      .disconnect(stage.connection("mail"), ConnectionEnd(exit: .signalled("SIGKILL"))))
    stage.begin(event, in: "log")
    stage.finish(event, in: "log", .handlerError)
    let outcomes = try #require(Self.reply(stage)?["outcomes"])
    #expect(outcomes["mail"]?["outcome"] == "kernel_died")
  }

  @Test("lets its own plugin be called back by a subscriber, serial or not")
  func callBack() throws {
    var stage = Self.stage(
      delivery: .broadcast, calls: ["form.*"], provides: ["form.get", "form.send"])
    // form.send runs, and emits with a confirmation.
    stage.send(.callRequest) { $0.method = "form.send" }
    let running = try #require(stage.sent(.callRequest, to: "form").first)
    stage.emit("form:sent", from: "form", parent: running.header.bytes) { $0.confirm = .any }
    let event = try #require(Self.event(stage, to: "mail"))
    stage.begin(event, in: "mail")
    stage.send(.callRequest, from: "mail", parent: event.header.bytes) { $0.method = "form.get" }
    #expect(stage.sent(.callRequest, to: "form").count == 2)
  }

  @Test("that two plugins make of each other's events at once is a deadlock, and found")
  func deadlock() throws {
    let event = PluginManifest.Event()
    var stage = BrokerStage([
      BrokerStage.manifest(
        "a", emits: ["a:x": event], subscribes: ["b:x"], provides: ["a.go"]),
      BrokerStage.manifest(
        "b", emits: ["b:x": event], subscribes: ["a:x"], provides: ["b.go"]),
    ])
    stage.subscribe("a", to: "b:x")
    stage.subscribe("b", to: "a:x")
    _ = stage.take()
    for plugin in ["a", "b"] {
      stage.send(.callRequest) { $0.method = "\(plugin).go" }
      let running = try #require(stage.sent(.callRequest, to: plugin).last)
      stage.emit("\(plugin):x", from: plugin, parent: running.header.bytes) { $0.confirm = .all }
    }
    let published = stage.effects.compactMap { effect in
      if case .publish(_, _, let envelope) = effect { envelope } else { nil }
    }
    stage.begin(published[0], in: "b")
    #expect(stage.sent(.emitReply, to: "b").isEmpty)
    stage.begin(published[1], in: "a")
    let outcomes = ["a", "b"].compactMap {
      BrokerStage.content(stage.sent(.emitReply, to: $0).first)?["outcomes"]?.objectValue?.first?
        .value["outcome"]?.stringValue
    }
    #expect(outcomes == ["deadlock"])
  }

  @Test("that closes a deadlock fails a call of it, and no event that merely stands in the queue")
  func bystander() throws {
    var sent = PluginManifest.Event()
    sent.delivery = .queued
    var stage = BrokerStage([
      BrokerStage.manifest(
        "form", emits: ["form:sent": sent], provides: ["form.send", "form.get"]),
      BrokerStage.manifest(
        "mail", subscribes: ["form:*", "log:*"], provides: ["mail.go"], calls: ["form.*"]),
      BrokerStage.manifest("log", emits: ["log:said": PluginManifest.Event()]),
    ])
    for (index, pattern) in ["form:*", "log:*"].enumerated() {
      stage.subscribe("mail", to: pattern, id: "s\(index)")
    }
    stage.call("form.send")
    stage.call("mail.go")
    let send = try #require(stage.calls(to: "form").first)
    let go = try #require(stage.calls(to: "mail").first)
    let get = stage.call("form.get", from: "mail", parent: go.header.bytes)
    stage.emit("form:sent", from: "form", parent: send.header.bytes) { $0.confirm = .all }
    stage.emit("log:said", from: "log")
    let said = try #require(stage.publications.first)
    stage.begin(said, in: "mail")
    stage.begin(try #require(stage.events(to: "mail").first), in: "mail")
    #expect(stage.replies(.callReply, to: get, of: "mail").map(\.outcome) == [.deadlock])
    #expect(stage.sent(.eventGrant, to: "mail").isEmpty)
    stage.answer(go, in: "mail", ["value": 1])
    let grant = try #require(stage.sent(.eventGrant, to: "mail").first)
    #expect(try MessageMetadata(reading: grant.metadata).outcome == .ok)
  }
}
