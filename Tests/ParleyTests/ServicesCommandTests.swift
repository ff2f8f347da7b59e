import Foundation
import Testing

@Suite("parley services", .timeLimit(.minutes(5)))
struct ServicesCommandTests {
  private static func manifest(_ policy: String) -> [String: Any] {
    ["services": ["provides": ["tax.rate": ["policy": policy]]]]
  }

  @Test("has a row for each provider, and a broadcast call the answer of each")
  func rows() async throws {
    let fixture = try PluginFixture()
    for name in ["a", "b"] {
      try fixture.add(
        name, .lua, Language.lua.echo("tax.rate"), manifest: Self.manifest("broadcast"))
    }
    let list = try await ParleyProgram.run(
      ["services", "tax.*", "--plugins", fixture.plugins, "--json"], runtime: fixture.runtime)
    #expect(list.status == 0, "\(list.errors)")
    let rows = list.json["services"] as? [[String: Any]]
    #expect(rows?.compactMap { $0["plugin"] as? String } == ["a", "b"])
    #expect(rows?.compactMap { $0["available"] as? Bool } == [true, true])
    #expect(rows?.compactMap { $0["policy"] as? String } == ["broadcast", "broadcast"])
    let call = try await fixture.call("tax.rate", #"{"x": 1}"#)
    let answers = call.json["value"] as? [[String: Any]]
    #expect(answers?.compactMap { $0["outcome"] as? String } == ["ok", "ok"])
    let table = try await ParleyProgram.run(
      ["services", "--plugins", fixture.plugins], runtime: fixture.runtime)
    #expect(table.output.hasPrefix("METHOD"), "\(table.output)")
  }

  @Test("a provider with another policy is refused, and both are named")
  func refused() async throws {
    let fixture = try PluginFixture()
    try fixture.add("a", .lua, Language.lua.echo("tax.rate"), manifest: Self.manifest("first"))
    try fixture.add(
      "b", .lua, Language.lua.echo("tax.rate"), manifest: Self.manifest("least_busy"))
    let result = try await fixture.call("tax.rate", #"{"x": 1}"#)
    #expect(result.outcome == "ok", "\(result.errors)")
    #expect(result.errors.contains("b/plugin.json"))
    #expect(result.errors.contains("plugin a already, with the policy \"first\", and by b"))
  }
}
