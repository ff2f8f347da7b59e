import Foundation
import Testing

@Suite("A plugin that changes its schemas between two runs", .timeLimit(.minutes(5)))
struct SchemaAcceptTests {
  private static func manifest(_ type: String, version: String = "1.0.0") -> [String: Any] {
    let params: [String: Any] = ["properties": ["x": ["type": type]], "required": ["x"]]
    return [
      "version": version, "services": ["provides": ["shop.echo": ["params": params]]],
    ]
  }

  private static func write(
    _ fixture: PluginFixture, _ type: String, version: String = "1.0.0"
  ) throws {
    try fixture.add(
      "shop", .lua, Language.lua.echo("shop.echo"), manifest: manifest(type, version: version))
  }

  private static func fixture() async throws -> PluginFixture {
    let fixture = try PluginFixture()
    try write(fixture, "integer")
    try fixture.add(
      "other", .lua, Language.lua.echo("other.echo"),
      manifest: PluginFixture.services("other.echo"))
    #expect(try await fixture.call("shop.echo", "{\"x\": 1}").outcome == "ok")
    return fixture
  }

  @Test(
    "is not loaded when the change breaks callers, the others are, and it is loaded when accepted")
  func accepting() async throws {
    let fixture = try await Self.fixture()
    try Self.write(fixture, "string")
    let refused = try await fixture.call("shop.echo", "{\"x\": \"a\"}")
    #expect(refused.outcome == "no_provider")
    #expect(refused.errors.contains("shop/plugin.json:"), "\(refused.errors)")
    #expect(
      refused.errors.contains("/services/provides/shop.echo/params/properties/x/type"),
      "\(refused.errors)")
    #expect(try await fixture.call("other.echo", "{\"x\": 1}").outcome == "ok")
    let accepted = try await Self.accept("shop", fixture)
    #expect(accepted.status == 0, "\(accepted.output)")
    #expect(try await fixture.call("shop.echo", "{\"x\": \"a\"}").outcome == "ok")
  }

  @Test("is loaded with another major version, and what it says then is relied on")
  func major() async throws {
    let fixture = try await Self.fixture()
    try Self.write(fixture, "string", version: "2.0.0")
    #expect(try await fixture.call("shop.echo", "{\"x\": \"a\"}").outcome == "ok")
    try Self.write(fixture, "integer", version: "2.1.0")
    #expect(try await fixture.call("shop.echo", "{\"x\": 1}").outcome == "no_provider")
  }

  @Test("what is refused once is refused again: only what was loaded is remembered")
  func again() async throws {
    let fixture = try await Self.fixture()
    try Self.write(fixture, "string")
    for _ in 1...2 {
      #expect(try await fixture.call("shop.echo", "{\"x\": \"a\"}").outcome == "no_provider")
    }
    try Self.write(fixture, "integer")
    #expect(try await fixture.call("shop.echo", "{\"x\": 1}").outcome == "ok")
  }

  @Test("accepting for a plugin that is not there tells the nearest name")
  func unknown() async throws {
    let fixture = try await Self.fixture()
    let result = try await Self.accept("shopp", fixture)
    #expect(result.status == 1)
    #expect(result.error["nearest"] as? [String] == ["shop"])
  }

  private static func accept(
    _ plugin: String, _ fixture: PluginFixture
  ) async throws -> ParleyProgram.Result {
    try await ParleyProgram.run(
      ["schema", "accept", plugin, "--plugins", fixture.plugins, "--json"],
      runtime: fixture.runtime)
  }
}
