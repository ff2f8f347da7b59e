import KernelProtocol
import Testing

@testable import Broker

@Suite("Watching the storage")
struct StorageWatchTests {
  @Test("a watch is in force from its reply on, for its prefix, until it is ended")
  func watching() throws {
    var bench = PluginBench()
    let id = try bench.start("a", as: 2)
    bench.receive(
      .storageRequest, from: id, content: ["op": "watch", "watch": "w", "prefix": "x/"])
    let barrier = try #require(bench.tasks.first)
    #expect(barrier.operation == .barrier)
    #expect(try set("x/0", in: &bench, id).isEmpty)
    bench.handle(.storageDone(barrier.number, .done))
    #expect(bench.sent(.storageReply, to: id).count == 1)
    #expect(
      try set("x/1", in: &bench, id) == [
        ["watch": "w", "key": "x/1", "version": 5, "value": [1]]
      ])
    #expect(try set("y", in: &bench, id).isEmpty)
    bench.receive(.storageRequest, from: id, content: ["op": "unwatch", "watch": "w"])
    #expect(bench.sent(.storageReply, to: id).first?.outcome == .ok)
    #expect(try set("x/2", in: &bench, id).isEmpty)
    #expect(bench.broker.storage.isEmpty)
  }

  @Test("deletions and exchanges are told; what changed nothing is not")
  func changes() throws {
    var bench = PluginBench()
    let id = try bench.start("a", as: 2)
    try watch("", in: &bench, id)
    let cases: [(JSONValue, StorageResult, JSONValue?)] = [
      (
        ["op": "delete", "key": "k"], .deleted(version: 6),
        ["watch": "w", "key": "k", "version": 6, "deleted": true]
      ),
      (["op": "delete", "key": "k"], .deleted(version: nil), nil),
      (
        ["op": "compare_and_set", "key": "k", "value": 2, "version": 6],
        .compared(isStored: true, version: 7),
        ["watch": "w", "key": "k", "version": 7, "value": 2]
      ),
      (
        ["op": "compare_and_set", "key": "k", "value": 2, "version": 6],
        .compared(isStored: false, version: 7), nil
      ),
      (["op": "set", "key": "k", "value": 2], .failed(OutcomeError(.unavailable, "")), nil),
    ]
    for (content, result, change) in cases {
      bench.receive(.storageRequest, from: id, content: content)
      bench.handle(.storageDone(try #require(bench.tasks.first).number, result))
      #expect(bench.sent(.storageChanged, to: id).first?.json == change)
    }
  }

  @Test("other plugins' keys are not watched, and a plugin that goes takes its watches along")
  func others() throws {
    var bench = PluginBench()
    let (a, b) = (try bench.start("a", as: 2), try bench.start("b", as: 3))
    try watch("", in: &bench, a)
    try watch("", in: &bench, b)
    #expect(try set("k", in: &bench, a).count == 1)
    #expect(bench.sent(.storageChanged, to: b).isEmpty)
    bench.handle(.disconnect(b, ConnectionEnd(exit: .unknown)))
    #expect(bench.broker.storage.watches.map(\.connection) == [a])
  }

  @Test("a watch that was asked for by a plugin that has gone is not in force")
  func gone() throws {
    var bench = PluginBench()
    let id = try bench.start("a", as: 2)
    bench.receive(.storageRequest, from: id, content: ["op": "watch", "watch": "w", "prefix": ""])
    let barrier = try #require(bench.tasks.first)
    bench.handle(.disconnect(id, ConnectionEnd(exit: .unknown)))
    bench.handle(.storageDone(barrier.number, .done))
    #expect(bench.broker.storage.isEmpty)
  }

  private func watch(_ prefix: String, in bench: inout PluginBench, _ id: ConnectionID) throws {
    bench.receive(
      .storageRequest, from: id,
      content: ["op": "watch", "watch": "w", "prefix": .string(prefix)])
    bench.handle(.storageDone(try #require(bench.tasks.first).number, .done))
  }

  /// - Returns: what the plugin that sets a key is told as one who watches.
  private func set(
    _ key: String, in bench: inout PluginBench, _ id: ConnectionID
  ) throws -> [JSONValue] {
    bench.receive(
      .storageRequest, from: id, content: ["op": "set", "key": .string(key), "value": [1]])
    bench.handle(.storageDone(try #require(bench.tasks.first).number, .stored(version: 5)))
    return bench.sent(.storageChanged, to: id).map(\.json)
  }
}
