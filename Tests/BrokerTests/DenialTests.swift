import KernelProtocol
import Testing

@testable import Broker

@Suite("What the host denies")
struct DenialTests {
  @Test("a call that the manifest declares is refused while it is denied, and allowed again after")
  func calls() throws {
    var stage = Self.stage()
    try Self.deny(["call:b.*"], &stage)
    stage.call("b.go", from: "a")
    let refused = try #require(stage.sent(.callReply, to: "a").first)
    #expect(refused.outcome == .permissionDenied)
    #expect(refused.json["permission"] == "call:b.go")
    #expect(refused.json["message"]?.stringValue?.contains("denials.a") == true)
    #expect(stage.calls(to: "b").isEmpty)
    try Self.deny([], &stage)
    stage.call("b.go", from: "a")
    #expect(stage.calls(to: "b").count == 1)
  }

  @Test("it does not concern other plugins, nor other methods, nor the operator")
  func others() throws {
    var stage = Self.stage()
    let host: JSONValue = ["denials": ["b": ["call:**"], "a": ["call:b.x"]]]
    stage.give(.configure(try HostConfiguration(reading: host)))
    stage.call("b.go", from: "a")
    #expect(stage.calls(to: "b").count == 1)
    stage.call("b.go")
    #expect(stage.calls(to: "b").count == 2)
  }

  @Test("an event of its own is not emitted")
  func emits() throws {
    var stage = Self.stage()
    try Self.deny(["emit:a:*"], &stage)
    stage.emit("a:done", from: "a")
    #expect(stage.sent(.emitReply, to: "a").map(\.outcome) == [.permissionDenied])
    _ = stage.take()
    try Self.deny([], &stage)
    stage.emit("a:done", from: "a")
    #expect(stage.sent(.emitReply, to: "a").map(\.outcome) == [.ok])
  }

  @Test("a denial goes before a grant of a shared key")
  func storage() throws {
    var stage = Self.stage()
    let host: JSONValue = [
      "grants": ["a": ["storage:read:global:**"]], "denials": ["a": ["storage:read:global:x"]],
    ]
    stage.give(.configure(try HostConfiguration(reading: host)))
    stage.send(.storageRequest, from: "a", content: ["op": "get", "key": "global:x"])
    #expect(stage.sent(.storageReply, to: "a").map(\.outcome) == [.permissionDenied])
    _ = stage.take()
    stage.send(.storageRequest, from: "a", content: ["op": "get", "key": "global:y"])
    #expect(stage.sent(.storageReply, to: "a").isEmpty)
  }

  @Test("the default timeout of the host counts for calls from then on")
  func timeout() throws {
    var stage = Self.stage()
    stage.give(.configure(try HostConfiguration(reading: ["default_timeout": "2s"])))
    let request = stage.call("b.go")
    stage.wait(3)
    #expect(stage.replies(.callReply, to: request).map(\.outcome) == [.timeout])
  }

  private static func stage() -> BrokerStage {
    var asking = BrokerStage.manifest(
      "a", emits: ["a:done": .init()], calls: ["b.*"], mailbox: .concurrent(4))
    asking.permissions = [try? NamePattern("storage:read:global:**", .event)].compactMap(\.self)
    var stage = BrokerStage([
      asking, BrokerStage.manifest("b", provides: ["b.go"], mailbox: .concurrent(4)),
    ])
    stage.send(.provide, from: "b", content: ["method": "b.go"])
    return stage
  }

  private static func deny(_ names: [String], _ stage: inout BrokerStage) throws {
    let value: JSONValue = ["denials": ["a": JSONValue(names)]]
    stage.give(.configure(try HostConfiguration(reading: value)))
  }
}
