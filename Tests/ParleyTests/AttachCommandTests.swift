import Foundation
import Testing

@Suite("A program that Parley does not start joins as a plugin", .timeLimit(.minutes(5)))
struct AttachCommandTests {
  /// Those whose SDK can attach.
  static let languages = Language.installed

  @Test("it serves, calls, emits, hears, and leaves in order", arguments: languages)
  func together(language: Language) async throws {
    let fixture = try await AttachFixture()
    let desk = try fixture.start(language)
    await desk.waitForOutput(containing: "serving")
    let answer = try await fixture.parley("call", "greeter.ask", #"{"x": 20}"#, "--json")
    #expect(answer.json["value"] as? Int == 41, "\(answer.output)")
    let row = try await fixture.rows()["desk"] ?? [:]
    #expect(row["attached"] as? Bool == true)
    #expect(row["kernel"] as? String == "attached")
    #expect(row["pid"] as? Int == Int(desk.pid))
    await desk.waitForOutput(containing: "heard 7")

    #expect(try await fixture.parley("call", "desk.leave", "--json").outcome == "ok")
    let ended = await desk.result()
    #expect(ended.status == 3, "\(ended.errors)")
    for line in ["called hello desk", "emitted 1", "heard 7", "stopping", "left"] {
      #expect(ended.output.contains(line), "\(line): \(ended.output) \(ended.errors)")
    }
    #expect(try await fixture.rows().keys.sorted() == ["greeter"])
    let told = await fixture.stop()
    #expect(told.contains("opened by desk"))
    #expect(told.contains("has left"))
  }

  @Test(
    "when it is killed, the call in flight ends as kernel_died and the name is free",
    arguments: languages)
  func death(language: Language) async throws {
    let fixture = try await AttachFixture()
    let desk = try fixture.start(language)
    await desk.waitForOutput(containing: "serving")
    let call = try RunningProgram(["call", "desk.hang", "--json"], runtime: fixture.files.runtime)
    while try await fixture.rows()["greeter"]?["frames"] as? Int != 1 {}
    desk.signal(SIGKILL)
    let died = await call.result()
    #expect(died.outcome == "kernel_died", "\(died.output)")
    #expect(died.error["started"] as? Bool == true)
    _ = await desk.result()
    #expect(try await fixture.rows()["desk"] == nil)
    #expect(
      try await fixture.parley("call", "desk.double", #"{"x": 1}"#, "--json").outcome
        == "no_provider")

    let again = try fixture.start(language)
    await again.waitForOutput(containing: "serving")
    #expect(
      try await fixture.parley("call", "desk.double", #"{"x": 4}"#, "--json").json["value"] as? Int
        == 8)
    again.signal(SIGKILL)
    _ = await again.result()
    _ = await fixture.stop()
  }

  @Test(
    "when the orchestrator stops, it is told, goes on, and what it asks for fails",
    arguments: languages)
  func orchestratorStops(language: Language) async throws {
    let fixture = try await AttachFixture()
    let desk = try fixture.start(language)
    await desk.waitForOutput(containing: "serving")
    let told = await fixture.stop()
    #expect(!told.contains("is gone"), "\(told)")
    await desk.waitForOutput(containing: "stopping")
    // Python, Ruby and Node.js wait for the word to leave; a loop that serves has nothing to serve any more.
    if [.lua, .perl].contains(language) { #expect(await desk.result().status == 3) }
    desk.signal(SIGKILL)
    _ = await desk.result()
  }

  @Test(
    "when the orchestrator is killed, what it waits for fails at once, and it goes on",
    arguments: languages)
  func orchestratorDies(language: Language) async throws {
    let fixture = try await AttachFixture()
    let desk = try fixture.start(language, language.waitingProgram)
    await desk.waitForOutput(containing: "waiting")
    while try await fixture.rows()["greeter"]?["frames"] as? Int != 1 {}
    fixture.orchestrator.signal(SIGKILL)
    let ended = await desk.result()
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(
      ended.output.contains("unavailable: It is not answered"), "\(ended.output) \(ended.errors)")
    _ = await fixture.orchestrator.result()
  }

  @Test("a token works once")
  func usedToken() async throws {
    let fixture = try await AttachFixture()
    let token = try await fixture.token()
    let first = try await fixture.start(.python, token: token)
    await first.waitForOutput(containing: "serving")
    let refused = await (try await fixture.start(.python, token: token)).result()
    #expect(
      refused.errors.contains("was used already, by the process \(first.pid): a token works once"),
      "\(refused.errors)")
    #expect(try await fixture.rows()["desk"]?["state"] as? String == "started")
    first.signal(SIGKILL)
    _ = await first.result()
    _ = await fixture.stop()
  }

  @Test("a token expires unused, and with it the name is free")
  func expiredToken() async throws {
    let fixture = try await AttachFixture()
    let token = try await fixture.token("--expires", "200ms")
    await fixture.orchestrator.waitForOutput(containing: "Nobody joined as desk within 0.2 s")
    #expect(try await fixture.rows()["desk"] == nil)
    let refused = await (try await fixture.start(.python, token: token)).result()
    #expect(refused.errors.contains("has expired: nobody joined with it within 0.2 s"))
    #expect(try await fixture.token().hasPrefix("parley-"))
    let told = await fixture.stop()
    #expect(!told.contains(token), "a token is a secret")
  }

  @Test("what is no token, or an orchestrator's that has gone, is told with what mends it")
  func wrongToken() async throws {
    let fixture = try await AttachFixture()
    let token = try await fixture.token()
    let cut = await (try await fixture.start(.python, token: String(token.prefix(40)))).result()
    #expect(cut.errors.contains("This is no token of Parley's, or only a part of one."))
    let none = await (try await fixture.start(.python, token: "")).result()
    #expect(none.errors.contains("PARLEY_TOKEN is not set"))
    _ = await fixture.stop()
    let late = await (try await fixture.start(.python, token: token)).result()
    #expect(late.errors.contains("The orchestrator of this token cannot be reached"))
    let command = try await fixture.parley("attach", "--manifest", fixture.manifest)
    #expect(command.status == 1)
    #expect(command.errors.contains("No orchestrator is running"))
  }

  @Test("a manifest that is wrong, or claims what another has, is refused with the place")
  func wrongManifest() async throws {
    let wrong = AttachFixture.desk.replacing("\"version\"", with: "\"varsion\"")
    let fixture = try await AttachFixture(manifest: wrong)
    let typo = try await fixture.parley("attach", "--manifest", fixture.manifest)
    #expect(typo.status == 1)
    #expect(
      typo.errors.contains("plugin.json:1:19: unknown key \"varsion\"; did you mean \"version\"?"),
      "\(typo.errors)")
    try AttachFixture.desk.replacing("desk.double", with: "greeter.ask")
      .write(toFile: fixture.manifest, atomically: true, encoding: .utf8)
    let taken = try await fixture.parley("attach", "--manifest", fixture.manifest, "--json")
    #expect(
      (taken.error["message"] as? String)?.contains(
        "greeter.ask is provided by the plugin greeter already") == true)
    try AttachFixture.desk.write(toFile: fixture.manifest, atomically: true, encoding: .utf8)
    _ = try await fixture.token()
    let second = try await fixture.parley("attach", "--manifest", fixture.manifest, "--json")
    #expect(
      (second.error["message"] as? String)?.contains("another plugin is named desk already") == true
    )
    let missing = try await fixture.parley("attach", "--manifest", fixture.manifest + "x")
    #expect(missing.errors.contains("the file cannot be read"))
    _ = await fixture.stop()
  }

  @Test("it gets the settings that the host gives, by the schema of its manifest")
  func settings() async throws {
    let manifest = AttachFixture.desk.replacing(
      "\"events\"",
      with:
        "\"settings\": {\"properties\": {\"room\": {\"type\": \"string\"}}, \"required\": [\"room\"]}, \"events\""
    )
    let given = #"{"tenants": {"default": {"settings": {"desk": {"room": "front"}}}}}"#
    let fixture = try await AttachFixture(manifest: manifest, host: given)
    let source = "import parley\nparley.attach()\nprint(parley.settings())\n"
    let ended = await (try fixture.start(.python, source)).result()
    #expect(ended.output.contains("{'room': 'front'}"), "\(ended.errors)")
    _ = await fixture.stop()

    let without = try await AttachFixture(manifest: manifest)
    let refused = try await without.parley("attach", "--manifest", without.manifest)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("give its settings in a parley.json"), "\(refused.errors)")
    _ = await without.stop()
  }

  @Test("Parley cannot start it again, and says so; a command that is not there too")
  func restart() async throws {
    let fixture = try await AttachFixture()
    let absent = try await fixture.parley(
      "attach", "--manifest", fixture.manifest, "--expires", "50ms", "--", "no-such-program")
    #expect(absent.status == 127)
    #expect(absent.errors.contains("cannot run no-such-program: No such file or directory"))
    await fixture.orchestrator.waitForOutput(containing: "Nobody joined")
    let desk = try fixture.start(.python)
    await desk.waitForOutput(containing: "serving")
    let refused = try await fixture.parley("restart", "desk", "--json")
    #expect(
      (refused.error["message"] as? String)?.contains("Parley did not start its process") == true)
    desk.signal(SIGKILL)
    _ = await desk.result()
    _ = await fixture.stop()
  }

  @Test("what its manifest does not declare is refused where it is asked for, and it goes on")
  func undeclared() async throws {
    let fixture = try await AttachFixture()
    let source = """
      import parley
      with parley.attach() as desk:
          try:
              parley.provide("desk.other", lambda: None)
          except parley.PermissionDenied as error:
              print(error)
          print(desk, parley.call("greeter.hello", {"name": "you"}))
      print(desk)

      """
    let ended = await (try fixture.start(.python, source)).result()
    #expect(ended.output.contains("may not provide desk.other"), "\(ended.errors)")
    #expect(ended.output.contains("<attached plugin desk> hello you"))
    #expect(ended.output.contains("<detached plugin desk>"))
    _ = await fixture.stop()
  }

  @Test(
    "a notebook's ipykernel joins from a cell: with and without await, and a cell that waits is called back",
    .enabled(
      if: Notebook.interpreter != nil || Notebook.isRequired, "python3-ipykernel is not installed"))
  func notebook() async throws {
    let interpreter = try #require(Notebook.interpreter, "python3-ipykernel is not installed")
    let fixture = try await AttachFixture()
    let cells = [
      "import parley\ndesk = parley.attach()\ndesk",
      """
      @parley.provide("desk.double")
      def double(x):
          return 2 * x

      @parley.provide("desk.hang")
      async def hang():
          return await parley.call("greeter.hello", {"name": "from a handler"})

      parley.call("greeter.ask", {"x": 20})
      """,
      "await parley.call('greeter.ask', {'x': 30})",
      "import asyncio\nawait asyncio.gather(*(parley.call('greeter.ask', {'x': n}) for n in (1, 2)))",
      "parley.call('desk.hang')",
      "parley.call('greeter.hello')",
      "parley.detach()\ndesk",
    ]
    let list = String(decoding: try JSONEncoder().encode(cells), as: UTF8.self)
    let path = fixture.files.path + "/notebook.py"
    try Notebook.driver.write(toFile: path, atomically: true, encoding: .utf8)
    let program = try RunningProgram(
      ["attach", "--manifest", fixture.manifest, "--", interpreter, path, list],
      runtime: fixture.files.runtime)
    let ended = await program.result()
    let lines = ended.output.split(separator: "\n").map(String.init)
    #expect(lines.first == "<attached plugin desk>", "\(ended.output) \(ended.errors)")
    for line in ["41", "61", "[3, 5]", "'hello from a handler'", "<detached plugin desk>"] {
      #expect(lines.contains(line), "\(line): \(ended.output) \(ended.errors)")
    }
    #expect(lines.filter { $0 == "ok" }.count == 6)
    #expect(ended.output.contains("greeter.hello needs"), "\(ended.output)")
    #expect(try await fixture.rows().keys.sorted() == ["greeter"])
    _ = await fixture.stop()
  }
}
