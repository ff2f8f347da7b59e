import Foundation
import Parley
import Testing

@Suite("Blobs that nothing refers to", .timeLimit(.minutes(2)))
struct BlobCollectionTests {
  @Test("go when an orchestrator starts; what is referred to, or is young, stays")
  func collecting() async throws {
    let fixture = try PluginFixture()
    try fixture.add(
      "a", .lua, Language.lua.echo("a.echo"), manifest: PluginFixture.services("a.echo"))
    var environment = ProcessInfo.processInfo.environment
    environment["PARLEY_RUNTIME_DIR"] = fixture.runtime
    environment["PARLEY_STATE_DIR"] = fixture.runtime + "-state"
    let path = StateFolder(environment: environment).database(forPlugins: fixture.plugins)
    let store = try Store(path: path)
    let own = StorageNamespace.plugin("a", tenant: "default")
    let used = try await store.putBlob([1], in: own)
    let unused = try await store.putBlob([2], in: own)
    try await store.set("k", in: own, to: Array("\(used.json)".utf8))

    try await Self.run(fixture, environment, age: 3_600)
    #expect(try await store.blob(unused, tenant: "default") == [2])

    let orchestrator = try await Self.start(fixture, environment, age: 0)
    while (try? await store.blob(unused, tenant: "default")) != nil { await Task.yield() }
    #expect(try await store.blob(used, tenant: "default") == [1])
    await orchestrator.stop()
    await store.close()
  }

  private static func run(
    _ fixture: PluginFixture, _ environment: [String: String], age: Double
  ) async throws {
    let orchestrator = try await start(fixture, environment, age: age)
    await orchestrator.waitUntilSettled()
    await orchestrator.stop()
  }

  private static func start(
    _ fixture: PluginFixture, _ environment: [String: String], age: Double
  ) async throws -> Orchestrator {
    var configuration = OrchestratorConfiguration(environment: environment)
    configuration.blobAge = age
    let orchestrator = try Orchestrator(configuration: configuration)
    try await orchestrator.start()
    #expect(try await orchestrator.startPlugins(in: fixture.plugins).isEmpty)
    return orchestrator
  }
}
