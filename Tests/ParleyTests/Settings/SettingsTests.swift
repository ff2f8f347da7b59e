import Foundation
import Testing

@Suite("Settings and secrets", .timeLimit(.minutes(5)))
struct SettingsTests {
  private static let secret = "hunter 2 \"x\""

  private static let leaky = """
    import os
    from parley import log, on, provide, settings

    password = settings()["password"]
    print("printed", password)
    os.write(2, f"raw {password}\\n".encode())

    @provide("leaky.log")
    def write():
        log.info(f"logged {password}", password=password)
        return [settings()["port"], os.environ.get("LEAKY_PASSWORD")]

    @provide("leaky.fail")
    def fail():
        raise ValueError(f"failed {password}")

    @provide("leaky.die")
    def die():
        os.write(2, f"last {password}\\n".encode())
        os._exit(3)

    """

  private static func fixture(
    _ values: String = #"{"password": {"$secret": "pw"}}"#
  ) throws -> PluginFixture {
    let fixture = try PluginFixture()
    let schema: [String: Any] = [
      "properties": [
        "password": ["type": "string", "writeOnly": true],
        "port": ["type": "integer", "default": 25],
      ], "required": ["password"],
    ]
    let services = PluginFixture.services("leaky.log", "leaky.fail", "leaky.die")
    try fixture.add(
      "leaky", .python, leaky, manifest: services.merging(["settings": schema]) { old, _ in old })
    try fixture.add(
      "good", .python, Language.python.echo("good.echo"),
      manifest: PluginFixture.services("good.echo"))
    try configure(
      fixture,
      """
      {"tenants": {"default": {"settings": {"leaky": \(values)}}},
       "secrets": {"pw": {"environment": "LEAKY_PASSWORD"}}}
      """)
    return fixture
  }

  private static func configure(_ fixture: PluginFixture, _ text: String) throws {
    try text.write(toFile: fixture.path + "/parley.json", atomically: true, encoding: .utf8)
  }

  private static func call(
    _ method: String, _ fixture: PluginFixture, _ environment: [String: String] = [:]
  ) async throws -> ParleyProgram.Result {
    let program = try RunningProgram(
      ["call", method, "--plugins", fixture.plugins, "--json"], runtime: fixture.runtime,
      environment: ["LEAKY_PASSWORD": secret].merging(environment) { _, new in new })
    return await program.result()
  }

  @Test(
    "a secret is in nothing that is shown or kept, however the plugin writes it",
    arguments: ["leaky.log", "leaky.fail", "leaky.die"])
  func leaks(_ method: String) async throws {
    let fixture = try Self.fixture()
    let result = try await Self.call(method, fixture)
    let shown = result.output + result.errors
    #expect(!shown.contains("hunter"), "\(shown)")
    #expect(result.errors.contains("printed [secret pw]"))
    #expect(result.errors.contains("raw [secret pw]"))
    if method == "leaky.log" {
      #expect((result.json["value"] as? [Any])?.first as? Int == 25)
      #expect((result.json["value"] as? [Any])?.last is NSNull)
      #expect(result.errors.contains("logged [secret pw]"))
    } else {
      #expect(result.output.contains("[secret pw]"))
    }
    let traces = try await ParleyProgram.run(["trace", "--json"], runtime: fixture.runtime)
    #expect(!traces.output.contains("hunter"))
    for file in try FileManager.default.subpathsOfDirectory(atPath: fixture.runtime + "-state") {
      let data = FileManager.default.contents(atPath: "\(fixture.runtime)-state/\(file)") ?? Data()
      #expect(data.range(of: Data("hunter".utf8)) == nil, "\(file)")
    }
  }

  @Test(
    "wrong ones keep that plugin from starting, are told with their place, and the others run",
    arguments: [
      (#"{"password": "literal"}"#, "is never written here"),
      (#"{"password": {"$secret": "pv"}}"#, "did you mean \"pw\"?"),
      (#"{"password": {"$secret": "pw"}, "port": "x"}"#, "/port: expected an integer, got \"x\""),
      (#"{}"#, "expected the member `password`"),
    ])
  func wrong(_ values: String, _ words: String) async throws {
    let fixture = try Self.fixture(values)
    let result = try await Self.call("good.echo", fixture)
    #expect(result.outcome == "invalid_payload" || result.outcome == "ok", "\(result.output)")
    #expect(result.errors.contains("parley.json:1:"), "\(result.errors)")
    #expect(result.errors.contains(words), "\(result.errors)")
    #expect(!result.errors.contains("literal\""))
    #expect(try await Self.call("leaky.log", fixture).outcome == "no_provider")
  }

  @Test("a plugin that requires one with wrong settings cannot run either, and it is said why")
  func dependents() async throws {
    let fixture = try Self.fixture("{}")
    try fixture.add(
      "dependent", .python, Language.python.echo("dependent.echo"),
      manifest: PluginFixture.services("dependent.echo").merging(["requires": ["leaky"]]) {
        old, _ in
        old
      })
    let result = try await Self.call("dependent.echo", fixture)
    #expect(result.outcome == "no_provider")
    #expect(
      result.errors.contains("it requires the plugin leaky, which cannot run"), "\(result.errors)")
  }

  @Test("a secret that cannot be had, or is too short to be hidden, is told by its source")
  func missing() async throws {
    let fixture = try Self.fixture()
    let short = try await Self.call("good.echo", fixture, ["LEAKY_PASSWORD": "abc"])
    #expect(short.errors.contains("the variable LEAKY_PASSWORD holds 3 bytes"), "\(short.errors)")
    let empty = try await Self.call("good.echo", fixture, ["LEAKY_PASSWORD": ""])
    #expect(empty.errors.contains("is empty"))
  }

  @Test("a file that the command names goes before the one beside the plugins; it must be there")
  func chosen() async throws {
    let fixture = try Self.fixture()
    try "from the file\n".write(
      toFile: fixture.path + "/pw.txt", atomically: true, encoding: .utf8)
    let other = fixture.path + "/other.json"
    try """
    {"tenants": {"default": {"settings": {"leaky": {"password": {"$secret": "f"}, "port": 1}}}},
     "secrets": {"f": {"file": "pw.txt"}}, "grants": {"goood": []}}
    """.write(toFile: other, atomically: true, encoding: .utf8)
    let result = try await fixture.call("leaky.log", "{}", "--config", other)
    #expect((result.json["value"] as? [Any])?.first as? Int == 1)
    #expect(result.errors.contains("printed [secret f]\n"))
    #expect(result.errors.contains("there is no plugin goood; did you mean \"good\"?"))
    let missing = try await fixture.call("leaky.log", "{}", "--config", other + "x")
    #expect(missing.outcome == "unavailable")
  }
}
