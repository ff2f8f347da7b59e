import Foundation
import Testing

@Suite("parley run", .timeLimit(.minutes(5)))
struct RunCommandTests {
  @Test("serves ps, call and emit until ^C, and leaves nothing behind")
  func serves() async throws {
    let fixture = try PluginFixture()
    for language in Language.installed {
      let name = language.rawValue
      try fixture.add(
        name, language, language.echo("\(name).echo"),
        manifest: PluginFixture.services("\(name).echo"))
    }
    let running = try RunningProgram(["run", fixture.plugins], runtime: fixture.runtime)
    await running.waitForOutput(containing: "PROVIDES")
    let status = try await ParleyProgram.run(["ps", "--json"], runtime: fixture.runtime)
    let rows = status.json["plugins"] as? [[String: Any]] ?? []
    #expect(rows.count == Language.installed.count)
    #expect(rows.allSatisfy { $0["state"] as? String == "started" })
    for language in Language.installed {
      let result = try await ParleyProgram.run(
        ["call", "\(language.rawValue).echo", #"{"x": 42}"#], runtime: fixture.runtime)
      #expect(result.output == "42\n")
    }
    running.signal(SIGINT)
    let end = await running.result()
    #expect(end.status == 130)
    for pid in rows.compactMap({ $0["pid"] as? Int }) { #expect(kill(Int32(pid), 0) != 0) }
    let left = (try? FileManager.default.contentsOfDirectory(atPath: fixture.runtime)) ?? []
    #expect(left.isEmpty)
  }

  @Test("killed by SIGKILL it leaves no kernel behind")
  func killed() async throws {
    let fixture = try PluginFixture()
    for language in Language.installed {
      let name = language.rawValue
      try fixture.add(
        name, language, language.echo("\(name).echo"),
        manifest: PluginFixture.services("\(name).echo"))
    }
    let running = try RunningProgram(["run", fixture.plugins], runtime: fixture.runtime)
    await running.waitForOutput(containing: "PROVIDES")
    let status = try await ParleyProgram.run(["ps", "--json"], runtime: fixture.runtime)
    let pids = (status.json["plugins"] as? [[String: Any]] ?? []).compactMap { $0["pid"] as? Int }
    #expect(pids.count == Language.installed.count)
    running.signal(SIGKILL)
    _ = await running.result()
    for pid in pids { #expect(await Self.ends(Int32(pid))) }
  }

  @Test("without an orchestrator a command says how to start one")
  func nobody() async throws {
    let fixture = try PluginFixture()
    let result = try await ParleyProgram.run(["call", "a.b", "--json"], runtime: fixture.runtime)
    #expect(result.status == 1)
    #expect(result.outcome == "unavailable")
    #expect((result.error["message"] as? String)?.contains("parley run") == true)
  }

  /// Waits for the end of a process that is not our child.
  private static func ends(_ pid: Int32) async -> Bool {
    while kill(pid, 0) == 0 {
      let state = (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)) ?? ""
      if state.contains(") Z ") { return true }
      await Task.yield()
    }
    return true
  }
}
