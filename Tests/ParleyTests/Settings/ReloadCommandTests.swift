import Foundation
import Testing

@Suite("Reading parley.json again", .timeLimit(.minutes(5)))
struct ReloadCommandTests {
  private static let source = """
    from parley import call, provide, settings

    @provide("a.port")
    def port():
        return settings()["port"]

    @provide("a.ask")
    def ask():
        return call("b.echo", {"x": 1})

    """

  private static func run() async throws -> (PluginFixture, RunningProgram) {
    let fixture = try PluginFixture()
    let schema: [String: Any] = ["properties": ["port": ["type": "integer", "default": 1]]]
    try fixture.add(
      "a", .python, source,
      manifest: PluginFixture.services("a.port", "a.ask", calls: ["b.*"])
        .merging(["settings": schema]) { old, _ in old })
    try fixture.add(
      "b", .python, Language.python.echo("b.echo"), manifest: PluginFixture.services("b.echo"))
    let program = try RunningProgram(["run", fixture.plugins], runtime: fixture.runtime)
    await program.waitForOutput(containing: "PLUGIN")
    return (fixture, program)
  }

  private static func parley(
    _ arguments: String..., in fixture: PluginFixture
  ) async throws -> ParleyProgram.Result {
    try await ParleyProgram.run(arguments + ["--json"], runtime: fixture.runtime)
  }

  private static func configure(_ fixture: PluginFixture, _ text: String) throws {
    try text.write(toFile: fixture.path + "/parley.json", atomically: true, encoding: .utf8)
  }

  @Test("a denial counts at once, and settings when the plugin is started again")
  func reload() async throws {
    let (fixture, program) = try await Self.run()
    #expect(try await Self.parley("call", "a.ask", in: fixture).outcome == "ok")
    try Self.configure(
      fixture,
      """
      {"tenants": {"default": {"settings": {"a": {"port": 7}}}}, "denials": {"a": ["call:b.*"]}}
      """)
    let reply = try await Self.parley("reload", "--config", in: fixture)
    #expect((reply.json["value"] as? [String: Any])?["restart"] as? [String] == ["a"])
    let denied = try await Self.parley("call", "a.ask", in: fixture)
    let cause = denied.error["cause"] as? [String: Any]
    #expect(cause?["outcome"] as? String == "permission_denied", "\(denied.output)")
    #expect(try await Self.parley("call", "a.port", in: fixture).json["value"] as? Int == 1)
    _ = try await Self.parley("restart", "a", in: fixture)
    #expect(try await Self.parley("call", "a.port", in: fixture).json["value"] as? Int == 7)
    let again = try await Self.parley("reload", "--config", in: fixture)
    #expect((again.json["value"] as? [String: Any])?["restart"] as? [String] == [])
    program.signal(SIGINT)
    _ = await program.result()
  }

  @Test("a kernel is launched as the host wants it, once its plugin is started again")
  func kernels() async throws {
    let fixture = try PluginFixture()
    let source = """
      import os
      from parley import provide
      provide("a.variable")(lambda: os.environ.get("SHOWN"))

      """
    try fixture.add("a", .python, source, manifest: PluginFixture.services("a.variable"))
    let program = try RunningProgram(["run", fixture.plugins], runtime: fixture.runtime)
    await program.waitForOutput(containing: "PLUGIN")
    try Self.configure(fixture, #"{"kernels": {"python": {"environment": {"SHOWN": "yes"}}}}"#)
    for _ in 1...2 {
      let reply = try await Self.parley("reload", "--config", in: fixture)
      #expect((reply.json["value"] as? [String: Any])?["restart"] as? [String] == ["a"])
    }
    _ = try await Self.parley("restart", "a", in: fixture)
    let shown = try await Self.parley("call", "a.variable", in: fixture)
    #expect(shown.json["value"] as? String == "yes")
    program.signal(SIGINT)
    _ = await program.result()
  }

  @Test("a wrong file is refused whole, with the place of the mistake, and the old one stays")
  func wrong() async throws {
    let (fixture, program) = try await Self.run()
    try Self.configure(
      fixture,
      #"{"denials": {"a": ["call:b.*"]}, "tenants": {"default": {"settings": {"a": {"port": "x"}}}}}"#
    )
    let reply = try await Self.parley("reload", "--config", in: fixture)
    #expect(reply.status == 1)
    #expect(reply.outcome == "invalid_payload")
    let message = reply.error["message"] as? String ?? ""
    #expect(message.contains("parley.json:1:"), "\(message)")
    #expect(message.contains("/port: expected an integer"), "\(message)")
    #expect(try await Self.parley("call", "a.ask", in: fixture).outcome == "ok")
    program.signal(SIGINT)
    _ = await program.result()
  }

  @Test("SIGHUP has it read as well, and a mistake is told on standard error")
  func hangUp() async throws {
    let (fixture, program) = try await Self.run()
    try Self.configure(fixture, #"{"denials": {"a": ["call:b.*"]}}"#)
    program.signal(SIGHUP)
    await program.waitForOutput(containing: "was read again and is in force")
    #expect(try await Self.parley("call", "a.ask", in: fixture).outcome == "handler_error")
    try Self.configure(fixture, #"{"denial": {}}"#)
    program.signal(SIGHUP)
    await program.waitForErrors(containing: "did you mean \"denials\"?")
    #expect(try await Self.parley("call", "a.ask", in: fixture).outcome == "handler_error")
    program.signal(SIGINT)
    #expect(await program.result().status == 130)
  }

  @Test("without --config there is nothing to reload")
  func usage() async throws {
    let result = try await ParleyProgram.run(["reload"])
    #expect(result.status == 2)
    #expect(result.errors.contains("--config"))
  }
}
