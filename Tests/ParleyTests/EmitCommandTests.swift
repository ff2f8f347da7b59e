import Foundation
import Testing

@Suite("parley emit", .timeLimit(.minutes(2)))
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
