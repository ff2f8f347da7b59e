import Foundation
import Testing

@Suite("A manifest that is wrong", .timeLimit(.minutes(5)))
struct ManifestProblemTests {
  private static let base =
    #""name": "bad", "version": "1.0.0", "kernel": "lua", "main": "main.lua""#

  @Test(
    "is refused with the file, the place and how to mend it, and the other plugins run",
    arguments: [
      (
        "{\(base),\n  \"sevices\": {}}",
        "plugin.json:2:3: unknown key \"sevices\"; did you mean \"services\"?"
      ),
      ("{\(base),,}", "this is not JSON"),
      (#"{"version": "1", "kernel": "lua", "main": "main.lua"}"#, "\"name\" is missing"),
      (
        #"{"name": "bad", "version": "1", "kernel": "luaa", "main": "main.lua"}"#,
        "did you mean \"lua\"?"
      ),
      (
        #"{"name": "bad", "version": "1", "kernel": "lua", "main": "mian.lua"}"#,
        "did you mean \"main.lua\"?"
      ),
      (
        "{\(base), \"services\": {\"provides\": {\"good.echo\": {}}}}",
        "provided by the plugin another already"
      ),
      ("{\(base), \"events\": {\"subscribes\": [\"a:**:b\"]}}", "plugin.json:1:"),
      ("{\(base), \"mailbox\": \"parallel\"}", "a mailbox is"),
      ("{\(base), \"requires\": [\"anotherr\"]}", "did you mean \"another\"?"),
      ("{\(base), \"name\": \"twice\"}", "twice"),
    ])
  func refused(manifest: String, message: String) async throws {
    let fixture = try PluginFixture()
    let language = Language.lua
    try fixture.add(
      "another", language, language.echo("good.echo"), manifest: PluginFixture.services("good.echo")
    )
    try fixture.add("bad", manifest: manifest, ["main.lua": "return 1\n"])
    let result = try await fixture.call("good.echo", #"{"x": 1}"#)
    #expect(result.outcome == "ok", "\(result.errors)")
    #expect(result.errors.contains(message), "\(result.errors)")
    #expect(result.errors.contains("bad/plugin.json"))
  }
}
