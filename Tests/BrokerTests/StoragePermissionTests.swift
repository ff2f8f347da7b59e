import KernelProtocol
import Testing

@testable import Broker

@Suite("Permissions for shared keys")
struct StoragePermissionTests {
  private let asked = ["storage:read:global:ui:*", "storage:write:global:ui:theme"]

  @Test("without a grant nothing shared is read or written, whatever the manifest asks for")
  func notGranted() throws {
    var bench = PluginBench()
    let id = try start(&bench)
    let error = try denied(["op": "get", "key": "global:ui:theme"], &bench, id)
    #expect(error["permission"] == "storage:read:global:ui:theme")
    #expect(error["message"]?.stringValue?.contains("grants.a in parley.json") == true)
    _ = try denied(["op": "set", "key": "global:ui:theme", "value": 1], &bench, id)
    _ = try denied(["op": "list", "prefix": "global:"], &bench, id)
    _ = try denied(["op": "watch", "watch": "w", "prefix": "global:ui"], &bench, id)
  }

  @Test("what is granted but not asked for is denied, with what to add to the manifest")
  func notAsked() throws {
    var bench = try granting("storage:read:global:**", "storage:write:global:**")
    let id = try start(&bench)
    let error = try denied(["op": "set", "key": "global:ui:font", "value": 1], &bench, id)
    #expect(error["permission"] == "storage:write:global:ui:font")
    #expect(error["message"]?.stringValue?.contains("plugin.json") == true)
    _ = try denied(["op": "delete", "key": "global:ui:font"], &bench, id)
    _ = try denied(["op": "get", "key": "global:other"], &bench, id)
    _ = try denied(["op": "get", "key": "global:ui:a:b"], &bench, id)
  }

  @Test("what is asked for and granted is done on the keys that all share")
  func granted() throws {
    var bench = try granting("storage:read:global:**", "storage:write:global:ui:*")
    let id = try start(&bench)
    for content in [
      ["op": "get", "key": "global:ui:font"], ["op": "list", "prefix": "global:"],
      ["op": "set", "key": "global:ui:theme", "value": 1],
      ["op": "watch", "watch": "w", "prefix": "global:"],
    ] as [JSONValue] {
      bench.receive(.storageRequest, from: id, content: content)
      #expect(bench.tasks.map(\.plugin) == [nil], "\(content)")
    }
  }

  @Test("of a list and of changes a plugin gets those keys that it may read")
  func filtered() throws {
    var bench = try granting("storage:read:global:**", "storage:write:global:**")
    let id = try start(&bench)
    bench.receive(.storageRequest, from: id, content: ["op": "list", "prefix": "global:"])
    let entries = ["global:ui:font", "global:secret"].map { StorageTests.entry($0, "1", 2) }
    bench.handle(.storageDone(try #require(bench.tasks.first).number, .entries(entries)))
    let listed = bench.sent(.storageReply, to: id).first?.json["entries"]?.arrayValue
    #expect(listed?.compactMap { $0["key"]?.stringValue } == ["global:ui:font"])
    bench.receive(
      .storageRequest, from: id, content: ["op": "watch", "watch": "w", "prefix": "global:"])
    bench.handle(.storageDone(try #require(bench.tasks.first).number, .done))
    let other = try bench.start("b", as: 3) { manifest in
      manifest.permissions = ((try? [NamePattern("storage:write:global:**", .event)]) ?? [])
    }
    for (key, count) in [("global:secret", 0), ("global:ui:font", 1)] {
      bench.receive(
        .storageRequest, from: other, content: ["op": "set", "key": .string(key), "value": 1])
      bench.handle(.storageDone(try #require(bench.tasks.first).number, .stored(version: 3)))
      #expect(bench.sent(.storageChanged, to: id).count == count, "\(key)")
    }
  }

  @Test("what the host grants anew counts from then on, and what it does not is revoked")
  func reconfigured() throws {
    var bench = PluginBench()
    let id = try start(&bench)
    let value: JSONValue = ["grants": ["a": ["storage:read:global:ui:*"]]]
    bench.handle(.configure(try HostConfiguration(reading: value)))
    bench.receive(.storageRequest, from: id, content: ["op": "get", "key": "global:ui:font"])
    #expect(bench.tasks.count == 1)
    bench.handle(.configure(HostConfiguration()))
    _ = try denied(["op": "get", "key": "global:ui:font"], &bench, id)
  }

  @Test(
    "a configuration that makes no sense is refused at its place",
    arguments: [
      (["grant": [:]], "/grant"), (["grants": []], "/grants"), (["grants": ["a": 1]], "/grants/a"),
      (["grants": ["a": ["storage:global:x"]]], "/grants/a/0"),
      (["grants": ["a": ["storage:read:global:a*"]]], "/grants/a/0"),
    ] as [(JSONValue, String)])
  func malformed(_ value: JSONValue, _ pointer: String) throws {
    let problem = #expect(throws: ManifestProblem.self) { try HostConfiguration(reading: value) }
    #expect(problem?.pointer.description == pointer)
  }

  @Test(
    "no spelling of a shared key passes for a plugin's own",
    arguments: ["global:\u{301}x", "global:x", "global:\u{0}", "global::"])
  func spelling(_ key: String) throws {
    var bench = PluginBench()
    let id = try start(&bench)
    _ = try denied(["op": "get", "key": .string(key)], &bench, id)
    bench.receive(
      .storageRequest, from: id, content: ["op": "get", "key": .string("x" + key)])
    #expect(bench.tasks.map(\.plugin) == ["a"])
  }

  private func granting(_ permissions: String...) throws -> PluginBench {
    let patterns = try permissions.map { try NamePattern($0, .event) }
    return PluginBench { $0.grants = ["a": patterns, "b": patterns] }
  }

  private func start(_ bench: inout PluginBench) throws -> ConnectionID {
    let patterns = try asked.map { try NamePattern($0, .event) }
    return try bench.start("a", as: 2) { $0.permissions = patterns }
  }

  private func denied(
    _ content: JSONValue, _ bench: inout PluginBench, _ id: ConnectionID
  ) throws -> JSONValue {
    bench.receive(.storageRequest, from: id, content: content)
    #expect(bench.tasks.isEmpty)
    let reply = try #require(bench.sent(.storageReply, to: id).first)
    #expect(reply.outcome == .permissionDenied)
    return reply.json
  }
}
