import Foundation
import Testing

@Suite("parley emit", .timeLimit(.minutes(5)))
struct EmitCommandTests {
  private static func subscriber(_ language: Language) -> String {
    switch language {
    case .python:
      "from parley import on\n@on(\"cart:updated\")\ndef seen(event):\n    print(\"got\", event[\"n\"])\n"
    case .ruby: "on(\"cart:updated\") { |event| puts \"got #{event[\"n\"]}\" }\n"
    case .node:
      "import { on } from \"parley\";\non(\"cart:updated\", async (event) => console.log(\"got\", event.n));\n"
    case .lua:
      "local parley = require \"parley\"\nparley.on(\"cart:updated\", function(event) print(\"got \" .. event.n) end)\n"
    case .perl: "use Parley;\non 'cart:updated' => sub ($event) { print \"got $event->{n}\\n\" };\n"
    }
  }

  @Test("waits for the handlers and tells how many subscriptions matched")
  func counts() async throws {
    let fixture = try PluginFixture()
    try fixture.add(
      "owner", .lua, "return 1\n",
      manifest: ["events": ["emits": ["cart:updated": [String: String]()]]])
    for language in Language.installed {
      try fixture.add(
        language.rawValue, language, Self.subscriber(language),
        manifest: ["events": ["subscribes": ["cart:*"]]])
    }
    let result = try await ParleyProgram.run(
      ["emit", "cart:updated", #"{"n": 7}"#, "--plugins", fixture.plugins, "--json"],
      runtime: fixture.runtime)
    #expect(result.status == 0)
    let value = result.json["value"] as? [String: Any]
    #expect(value?["subscriptions"] as? Int == Language.installed.count)
    for language in Language.installed {
      #expect(result.errors.contains("\(language.rawValue) ("), "\(result.errors)")
    }
    #expect(result.errors.components(separatedBy: "got 7").count - 1 == Language.installed.count)
  }

  @Test("an event that nobody declares is told with the nearest name")
  func unknown() async throws {
    let fixture = try PluginFixture()
    try fixture.add(
      "owner", .lua, "return 1\n",
      manifest: ["events": ["emits": ["cart:updated": [String: String]()]]])
    let result = try await ParleyProgram.run(
      ["emit", "cart:updatd", "--plugins", fixture.plugins, "--json"], runtime: fixture.runtime)
    #expect(result.status == 1)
    #expect(result.error["nearest"] as? [String] == ["cart:updated"])
  }
}

/// What `--confirm` and `--require` tell.
@Suite("parley emit --confirm", .timeLimit(.minutes(5)), .enabled(if: Language.lua.isInstalled))
struct EmitConfirmTests {
  /// A plugin that owns `cart:updated`, one that handles it, and one that fails.
  private static func fixture() throws -> PluginFixture {
    let subscribes: [String: Any] = ["events": ["subscribes": ["cart:*"]]]
    let events: [String: [String: String]] = ["cart:updated": [:], "cart:lost": [:]]
    return try PluginFixture()
      .add("owner", .lua, "return 1\n", manifest: ["events": ["emits": events]])
      .add(
        "careful", .lua,
        "local parley = require \"parley\"\nparley.on(\"cart:updated\", function() end)\n",
        manifest: subscribes
      )
      .add(
        "clumsy", .lua,
        "local parley = require \"parley\"\nparley.on(\"cart:updated\", function() error(\"oops\") end)\n",
        manifest: subscribes)
  }

  private static func emit(
    _ event: String, _ options: String...
  ) async throws -> ParleyProgram.Result {
    let fixture = try fixture()
    return try await ParleyProgram.run(
      ["emit", event, "--plugins", fixture.plugins, "--json"] + options, runtime: fixture.runtime)
  }

  @Test("names each subscriber's outcome, and fails when fewer than asked for have handled it")
  func outcomes() async throws {
    let all = try await Self.emit("cart:updated", "--confirm", "all")
    #expect(all.status == 1)
    let value = try #require(all.json["value"] as? [String: Any])
    let outcomes = try #require(value["outcomes"] as? [String: [String: Any]])
    #expect(value["confirmed"] as? Bool == false)
    #expect(outcomes["careful"]?["outcome"] as? String == "ok")
    #expect(outcomes["clumsy"]?["outcome"] as? String == "handler_error")

    let any = try await Self.emit("cart:updated", "--confirm", "any")
    #expect(any.status == 0)
    #expect((any.json["value"] as? [String: Any])?["confirmed"] as? Bool == true)
  }

  @Test("an event that is required to have a subscriber and has none is no_provider")
  func required() async throws {
    let result = try await Self.emit("cart:lost", "--require")
    #expect(result.status == 1)
    #expect(result.outcome == "no_provider")
  }
}
