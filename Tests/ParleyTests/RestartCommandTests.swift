import Foundation
import Testing

@Suite("A plugin whose kernel ends, in a running orchestrator", .timeLimit(.minutes(5)))
struct RestartCommandTests {
  private static let die = """
    import os
    from parley import provide

    @provide("mortal.die")
    def die():
        os.kill(os.getpid(), 9)

    @provide("mortal.pid")
    def pid():
        return os.getpid()

    """

  private static func run() async throws -> (PluginFixture, RunningProgram) {
    let fixture = try PluginFixture()
    try fixture.add(
      "mortal", .python, die, manifest: PluginFixture.services("mortal.die", "mortal.pid"))
    let program = try RunningProgram(["run", fixture.plugins], runtime: fixture.runtime)
    await program.waitForOutput(containing: "PLUGIN")
    return (fixture, program)
  }

  private static func call(
    _ method: String, _ fixture: PluginFixture
  ) async throws -> ParleyProgram.Result {
    try await ParleyProgram.run(["call", method, "--json"], runtime: fixture.runtime)
  }

  /// Its row in `parley ps`.
  private static func row(_ fixture: PluginFixture) async throws -> [String: Any] {
    let result = try await ParleyProgram.run(["ps", "--json"], runtime: fixture.runtime)
    return (result.json["plugins"] as? [[String: Any]])?.first ?? [:]
  }

  @Test("it is started again, and the call that comes meanwhile is answered by the new kernel")
  func restart() async throws {
    let (fixture, program) = try await Self.run()
    let before = try await Self.call("mortal.pid", fixture).json["value"] as? Int
    let died = try await Self.call("mortal.die", fixture)
    #expect(died.outcome == "kernel_died")
    let after = try await Self.call("mortal.pid", fixture)
    #expect(after.outcome == "ok")
    #expect(after.json["value"] as? Int != before)
    let row = try await Self.row(fixture)
    #expect(row["state"] as? String == "started")
    #expect(row["restarts"] as? Int == 1)
    #expect((row["since"] as? String)?.hasSuffix("Z") == true)
    program.signal(SIGINT)
    #expect(await program.result().output.contains("is started again"))
  }

  @Test("after too many crashes it is quarantined until somebody restarts it")
  func quarantine() async throws {
    let (fixture, program) = try await Self.run()
    for _ in 0..<6 { #expect(try await Self.call("mortal.die", fixture).outcome == "kernel_died") }
    let refused = try await Self.call("mortal.pid", fixture)
    #expect(refused.outcome == "unavailable")
    #expect((refused.error["message"] as? String)?.contains("parley restart mortal") == true)
    #expect(try await Self.row(fixture)["state"] as? String == "quarantined")

    let restarted = try await ParleyProgram.run(
      ["restart", "mortal", "--json"], runtime: fixture.runtime)
    #expect(restarted.status == 0, "\(restarted.output)")
    let pid = (restarted.json["value"] as? [String: Any])?["pid"] as? Int
    #expect(try await Self.call("mortal.pid", fixture).json["value"] as? Int == pid)
    program.signal(SIGINT)
    _ = await program.result()
  }

  @Test("a plugin that nobody knows is told with the nearest name")
  func unknown() async throws {
    let (fixture, program) = try await Self.run()
    let result = try await ParleyProgram.run(
      ["restart", "mortl", "--json"], runtime: fixture.runtime)
    #expect(result.status == 1)
    #expect(result.error["nearest"] as? [String] == ["mortal"])
    program.signal(SIGINT)
    _ = await program.result()
  }
}
