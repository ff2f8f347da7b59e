import Foundation
import Testing

@Suite("A plugin's storage", .timeLimit(.minutes(5)))
struct PluginStorageTests {
  @Test(
    "does what it is asked in every language, and keeps it when the orchestrator has gone",
    arguments: Language.installed)
  func operations(_ language: Language) async throws {
    let fixture = try fixture(language)
    for count in 1...2 {
      let result = try await fixture.call("a.run")
      #expect(result.outcome == "ok", "\(result.output) \(result.errors)")
      let value = result.json["value"] as? [String: Any] ?? [:]
      #expect(value["count"] as? Int == count)
      #expect(value["swapped"] as? Bool == true)
      #expect(value["refused"] as? Bool == true)
      #expect(value["bytes"] as? Int == 3)
      #expect(value["deleted"] as? Bool == false)
      #expect(value["keys"] as? [String] == ["count"])
      #expect(value["errors"] as? [String] == ["invalid_payload", "permission_denied"])
    }
  }

  @Test("its watch is told of each change in order", arguments: Language.installed)
  func watching(_ language: Language) async throws {
    let fixture = try fixture(language)
    let program = try RunningProgram(["run", fixture.plugins], runtime: fixture.runtime)
    await program.waitForOutput(containing: "a.run")
    #expect(try await call("a.run", fixture).outcome == "ok")
    var seen: [String] = []
    while seen.count < 2 {
      seen = try await call("a.seen", fixture).json["value"] as? [String] ?? []
    }
    #expect(seen == ["count", "count"])
    program.signal(SIGINT)
    _ = await program.result()
  }

  @Test("shared keys are the host's to grant, in parley.json beside the folder")
  func shared() async throws {
    let fixture = try PluginFixture()
    let source = """
      from parley import provide, storage
      @provide("NAME.swap")
      def swap(value):
          before = storage.get("global:ui:theme")
          storage.set("global:ui:theme", value)
          return before
      """
    let permissions = ["storage:read:global:ui:*", "storage:write:global:ui:theme"]
    for name in ["a", "b"] {
      try fixture.add(
        name, .python, source.replacingOccurrences(of: "NAME", with: name),
        manifest: PluginFixture.services("\(name).swap").merging(
          ["permissions": permissions]) { left, _ in left })
    }
    let denied = try await fixture.call("a.swap", "{\"value\": 1}")
    let cause = denied.error["cause"] as? [String: Any]
    #expect(cause?["outcome"] as? String == "permission_denied")
    #expect((cause?["message"] as? String)?.contains("parley.json") == true)
    let file = fixture.path + "/parley.json"
    try #"{"grants": {"a": ["storage:read:global:**"], "b": ["storage:write:globl:**"]}}"#
      .write(toFile: file, atomically: true, encoding: .utf8)
    let wrong = try await fixture.call("a.swap", "{\"value\": 1}")
    #expect(wrong.status == 1)
    #expect(wrong.output.contains("parley.json:1:"), "\(wrong.output)")
    try
      #"{"grants": {"a": ["storage:read:global:**", "storage:write:global:**"], "b": ["storage:read:global:**", "storage:write:global:ui:theme"]}}"#
      .write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try await fixture.call("a.swap", "{\"value\": 1}").json["value"] is NSNull)
    #expect(try await fixture.call("b.swap", "{\"value\": 2}").json["value"] as? Int == 1)
  }

  @Test("without a database it is unavailable, and the plugin can tell")
  func unavailable() async throws {
    let fixture = try fixture(.python)
    try "no folder".write(
      toFile: fixture.runtime + "-state", atomically: true, encoding: .utf8)
    let result = try await fixture.call("a.run")
    #expect(result.outcome != "ok")
    #expect(result.errors.contains("PARLEY_STATE_DIR"), "\(result.errors)")
  }

  private func fixture(_ language: Language) throws -> PluginFixture {
    let fixture = try PluginFixture()
    try fixture.add(
      "a", language, language.storageProgram,
      manifest: PluginFixture.services("a.run", "a.seen"))
    return fixture
  }

  private func call(
    _ method: String, _ fixture: PluginFixture
  ) async throws -> ParleyProgram.Result {
    try await ParleyProgram.run(["call", method, "--json"], runtime: fixture.runtime)
  }
}
