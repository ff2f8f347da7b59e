import KernelProtocol
import Testing

@testable import Broker

@Suite("Storage requests")
struct StorageTests {
  @Test("an operation is handed on for the plugin's own keys, and its result is the reply")
  func operations() throws {
    var bench = PluginBench()
    let id = try bench.start("a", as: 2)
    for (content, operation, result, reply) in Self.operations {
      let request = bench.receive(.storageRequest, from: id, content: content)
      let task = try #require(bench.tasks.first)
      #expect(task.operation == operation)
      #expect(task.plugin == "a")
      #expect(bench.sent(.storageReply, to: id).isEmpty)
      bench.handle(.storageDone(task.number, result))
      let sent = try #require(bench.sent(.storageReply, to: id).first)
      #expect(sent.parentID == request.id)
      #expect(sent.outcome == .ok)
      #expect(sent.json == reply)
    }
    #expect(bench.broker.storage.isEmpty)
  }

  private static let operations: [(JSONValue, StorageTask.Operation, StorageResult, JSONValue)] = [
    (
      ["op": "get", "key": "k"], .get(key: "k"), .entry(entry("k", "[1]", 3)),
      ["found": true, "value": [1], "version": 3]
    ),
    (["op": "get", "key": "k"], .get(key: "k"), .entry(nil), ["found": false]),
    (
      ["op": "set", "key": "k", "value": ["a": .null]],
      .set(key: "k", value: FrameBytes(#"{"a":null}"#)), .stored(version: 4), ["version": 4]
    ),
    (["op": "delete", "key": "k"], .delete(key: "k"), .deleted(version: 5), ["deleted": true]),
    (["op": "delete", "key": "k"], .delete(key: "k"), .deleted(version: nil), ["deleted": false]),
    (
      ["op": "list", "prefix": ""], .list(prefix: ""), .entries([entry("k", "1", 3)]),
      ["entries": [["key": "k", "value": 1, "version": 3]]]
    ),
    (
      ["op": "compare_and_set", "key": "k", "value": 1, "version": 0],
      .compareAndSet(key: "k", value: FrameBytes("1"), version: 0),
      .compared(isStored: false, version: 7), ["swapped": false, "version": 7]
    ),
    (
      ["op": "blob_get", "blob": "sha256:00"], .getBlob(name: "sha256:00"),
      .bytes(FrameBytes("abc")), ["value": .null]
    ),
  ]

  @Test("bytes go in and come out as a buffer")
  func blobs() throws {
    var bench = PluginBench()
    let id = try bench.start("a", as: 2)
    bench.receive(
      .storageRequest, from: id, content: ["op": "blob_put", "value": .null], buffers: ["abc"])
    let put = try #require(bench.tasks.first)
    #expect(put.operation == .putBlob("abc"))
    bench.handle(.storageDone(put.number, .blob(name: "sha256:1", size: 3)))
    #expect(bench.sent(.storageReply, to: id).first?.json == ["blob": "sha256:1", "size": 3])
    bench.receive(.storageRequest, from: id, content: ["op": "blob_get", "blob": "sha256:1"])
    bench.handle(.storageDone(try #require(bench.tasks.first).number, .bytes("abc")))
    let reply = try #require(bench.sent(.storageReply, to: id).first)
    #expect(reply.buffers == ["abc"])
    #expect(reply.metadata.description.contains(#""buffer_paths":[["value"]]"#))
  }

  @Test(
    "what makes no sense is refused at its place, and nothing is done",
    arguments: [
      (["op": "gt", "key": "k"], "/op"), ([:], "/op"), (["op": "get"], "/key"),
      (["op": "get", "key": ""], "/key"), (["op": "get", "key": 1], "/key"),
      (["op": "set", "key": "global:", "value": 1], "/key"), (["op": "set", "key": "k"], "/value"),
      (["op": "get", "key": .string(String(repeating: "é", count: 257))], "/key"),
      (["op": "list"], "/prefix"), (["op": "watch", "prefix": ""], "/watch"),
      (["op": "compare_and_set", "key": "k", "value": 1], "/version"),
      (["op": "compare_and_set", "key": "k", "value": 1, "version": -1], "/version"),
      (["op": "blob_put"], "/value"), (["op": "blob_get"], "/blob"),
    ] as [(JSONValue, String)])
  func malformed(_ content: JSONValue, _ pointer: String) throws {
    var bench = PluginBench()
    let id = try bench.start("a", as: 2)
    bench.receive(.storageRequest, from: id, content: content)
    let reply = try #require(bench.sent(.storageReply, to: id).first)
    #expect(reply.outcome == .invalidPayload)
    #expect(reply.json["pointer"]?.stringValue == pointer)
    #expect(bench.tasks.isEmpty)
  }

  @Test("a value over the limit is too large, and one with bytes is told the way")
  func values() throws {
    var bench = PluginBench { $0.storageValueLimit = 5 }
    let id = try bench.start("a", as: 2)
    bench.receive(.storageRequest, from: id, content: ["op": "set", "key": "k", "value": "1234"])
    let large = try #require(bench.sent(.storageReply, to: id).first)
    #expect(large.outcome == .tooLarge)
    #expect(large.json["limit"] == 5)
    bench.receive(
      .storageRequest, from: id, content: ["op": "set", "key": "k", "value": .null], buffers: ["a"])
    let bytes = try #require(bench.sent(.storageReply, to: id).first)
    #expect(bytes.outcome == .invalidPayload)
    #expect(bytes.json["message"]?.stringValue?.contains("blob") == true)
  }

  @Test(
    "what the storage says of a failure reaches the plugin, and a reply over the limit is too large"
  )
  func failures() throws {
    var bench = PluginBench { $0.messageLimit = 100 }
    let id = try bench.start("a", as: 2)
    bench.receive(.storageRequest, from: id, content: ["op": "get", "key": "k"])
    let task = try #require(bench.tasks.first)
    bench.handle(.storageDone(task.number, .failed(OutcomeError(.unavailable, "no disk"))))
    #expect(bench.sent(.storageReply, to: id).first?.outcome == .unavailable)
    bench.handle(.storageDone(task.number, .entry(nil)))
    #expect(bench.effects.isEmpty)
    bench.receive(.storageRequest, from: id, content: ["op": "list", "prefix": ""])
    let entries = (0..<10).map { Self.entry("k\($0)", "1", 1) }
    bench.handle(.storageDone(try #require(bench.tasks.first).number, .entries(entries)))
    #expect(bench.sent(.storageReply, to: id).first?.outcome == .tooLarge)
  }

  @Test("a plugin has so many requests open and no more; those of one that has gone are still done")
  func load() throws {
    var bench = PluginBench { $0.storageRequests = 2 }
    let id = try bench.start("a", as: 2)
    var numbers: [UInt64] = []
    for _ in 0..<2 {
      bench.receive(.storageRequest, from: id, content: ["op": "delete", "key": "k"])
      numbers.append(try #require(bench.tasks.first).number)
    }
    bench.receive(.storageRequest, from: id, content: ["op": "get", "key": "k"])
    #expect(bench.sent(.storageReply, to: id).first?.outcome == .overloaded)
    bench.handle(.storageDone(numbers[0], .deleted(version: nil)))
    bench.receive(.storageRequest, from: id, content: ["op": "get", "key": "k"])
    numbers.append(try #require(bench.tasks.first).number)
    bench.handle(.disconnect(id, ConnectionEnd(exit: .signalled("SIGKILL"))))
    for number in numbers.dropFirst() { bench.handle(.storageDone(number, .deleted(version: nil))) }
    #expect(bench.broker.storage.isEmpty)
  }

  @Test("a kernel without a plugin has no storage")
  func noPlugin() throws {
    var bench = PluginBench()
    let id = ConnectionID(2)
    bench.handle(.connect(id, .kernel(name: "k", language: "none", plugin: nil)))
    bench.receive(.hello, from: id, content: ["protocol_versions": ["1.0"]])
    bench.receive(.storageRequest, from: id, content: ["op": "get", "key": "k"])
    #expect(bench.sent(.storageReply, to: id).first?.outcome == .unavailable)
  }

  static func entry(_ key: String, _ value: String, _ version: Int64) -> StorageResult.Entry {
    StorageResult.Entry(key: key, value: FrameBytes(value), version: version)
  }
}
