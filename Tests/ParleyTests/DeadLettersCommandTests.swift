import Foundation
import Testing

@Suite("parley dead-letters", .timeLimit(.minutes(5)))
struct DeadLettersCommandTests {
  /// A subscriber that rejects every order until a file is there, and prints those that it takes.
  private static func subscriber(mended file: String) -> String {
    """
    from pathlib import Path
    from parley import on, Reject

    @on("order:*")
    def handle(event):
        if not Path("\(file)").exists():
            raise Reject("no stock")
        print("took", event["n"], flush=True)

    """
  }

  private static func fixture() throws -> PluginFixture {
    let fixture = try PluginFixture()
    try fixture.add(
      "shop", .lua, "return 1\n",
      manifest: [
        "events": [
          "emits": [
            "order:placed": ["delivery": "durable"], "order:seen": ["delivery": "queued"],
          ]
        ]
      ])
    return try fixture.add(
      "stock", .python, subscriber(mended: fixture.path + "/mended"),
      manifest: ["events": ["subscribes": ["order:*"]]])
  }

  private static func letters(
    _ fixture: PluginFixture, _ arguments: String...
  ) async throws -> [[String: Any]] {
    let result = try await ParleyProgram.run(
      ["dead-letters"] + arguments + ["--json"], runtime: fixture.runtime)
    #expect(result.status == 0, "\(result.output)")
    let value = result.json["value"] as? [String: Any]
    return value?["letters"] as? [[String: Any]] ?? []
  }

  private static func emit(_ event: String, _ number: Int, _ fixture: PluginFixture) async throws {
    let result = try await ParleyProgram.run(
      ["emit", event, "{\"n\": \(number)}"], runtime: fixture.runtime)
    #expect(result.status == 0, "\(result.errors)")
  }

  private static func ids(_ letters: [[String: Any]]) -> [String] {
    letters.compactMap { $0["id"] as? String }
  }

  @Test(
    "queued and durable ones are listed, shown, delivered again and dropped while the plugins run")
  func running() async throws {
    let fixture = try Self.fixture()
    let program = try RunningProgram(["run", fixture.plugins], runtime: fixture.runtime)
    await program.waitForOutput(containing: "PLUGIN")
    try await Self.emit("order:seen", 1, fixture)
    try await Self.emit("order:placed", 2, fixture)
    try await Self.emit("order:placed", 3, fixture)
    await program.waitForOutput { $0.components(separatedBy: "is a dead letter").count == 4 }

    #expect(Self.ids(try await Self.letters(fixture, "list")) == ["q1", "d1.1", "d2.1"])
    #expect(
      Self.ids(try await Self.letters(fixture, "list", "--event", "order:placed"))
        == ["d1.1", "d2.1"])
    #expect(try await Self.letters(fixture, "list", "--plugin", "shop").isEmpty)
    let shown = try await Self.letters(fixture, "show", "d1.1")
    #expect((shown.first?["payload"] as? [String: Any])?["n"] as? Int == 2)
    #expect(shown.first?["attempts"] as? Int == 1)
    let error = shown.first?["error"] as? [String: Any]
    #expect((error?["message"] as? String)?.contains("no stock") == true)

    #expect(FileManager.default.createFile(atPath: fixture.path + "/mended", contents: nil))
    #expect(Self.ids(try await Self.letters(fixture, "retry", "q1", "d1.1")) == ["q1", "d1.1"])
    await program.waitForOutput { $0.contains("took 1") && $0.contains("took 2") }
    #expect(Self.ids(try await Self.letters(fixture, "drop", "--all")) == ["d2.1"])
    #expect(try await Self.letters(fixture).isEmpty)
    program.signal(SIGINT)
    let result = await program.result()
    #expect(!result.output.contains("took 3"))
  }

  @Test(
    "durable ones are there when nothing runs, and what is retried is delivered by the next run")
  func stopped() async throws {
    let fixture = try Self.fixture()
    let first = try RunningProgram(["run", fixture.plugins], runtime: fixture.runtime)
    await first.waitForOutput(containing: "PLUGIN")
    try await Self.emit("order:placed", 7, fixture)
    await first.waitForOutput(containing: "is a dead letter")
    first.signal(SIGINT)
    _ = await first.result()

    let retried = try await Self.letters(fixture, "retry", "--all", "--plugins", fixture.plugins)
    #expect(Self.ids(retried) == ["d1.1"])
    #expect(FileManager.default.createFile(atPath: fixture.path + "/mended", contents: nil))
    let second = try RunningProgram(["run", fixture.plugins], runtime: fixture.runtime)
    await second.waitForOutput(containing: "took 7")
    second.signal(SIGINT)
    #expect(await second.result().output.contains("took 7"))
  }

  @Test(
    "a wrong id is told with the nearest, no orchestrator with what to do, and no choice is a mistake of usage"
  )
  func mistakes() async throws {
    let fixture = try Self.fixture()
    let none = try await ParleyProgram.run(["dead-letters", "list"], runtime: fixture.runtime)
    #expect(none.status == 1)
    #expect(none.errors.contains("--plugins DIR"))
    let unknown = try await ParleyProgram.run(
      ["dead-letters", "list", "--plugins", fixture.plugins], runtime: fixture.runtime)
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("no orchestrator has run it"))
    let choice = try await ParleyProgram.run(["dead-letters", "drop"], runtime: fixture.runtime)
    #expect(choice.status == 2)
    #expect(choice.errors.contains("--all"))

    let program = try RunningProgram(["run", fixture.plugins], runtime: fixture.runtime)
    await program.waitForOutput(containing: "PLUGIN")
    try await Self.emit("order:placed", 1, fixture)
    await program.waitForOutput(containing: "is a dead letter")
    let wrong = try await ParleyProgram.run(
      ["dead-letters", "show", "d1.2", "--json"], runtime: fixture.runtime)
    #expect(wrong.status == 1)
    #expect(wrong.outcome == "invalid_payload")
    #expect(wrong.error["nearest"] as? [String] == ["d1.1"])
    program.signal(SIGINT)
    _ = await program.result()
  }
}
