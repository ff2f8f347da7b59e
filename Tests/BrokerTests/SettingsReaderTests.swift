import KernelProtocol
import Testing

@testable import Broker

@Suite("A plugin's settings")
struct SettingsReaderTests {
  private static let schema: JSONValue = [
    "properties": [
      "host": ["type": "string"], "port": ["type": "integer", "minimum": 1, "default": 25],
      "password": ["type": "string", "writeOnly": true, "minLength": 6],
      "servers": ["items": ["$ref": "#/$defs/server"]],
    ],
    "required": ["host"], "additionalProperties": false,
    "$defs": [
      "server": [
        "type": "object",
        "properties": ["key": ["writeOnly": true], "weight": ["default": 1]],
      ]
    ],
  ]

  private func read(
    _ given: JSONValue?, _ schema: JSONValue? = schema, secrets: [String: Secret] = [:]
  ) throws -> JSONObject {
    var manifest = PluginManifest(name: "p", version: "1", kernel: "k", main: "m")
    manifest.settings = try schema.map { try DeclaredSchema($0) }
    var reader = SettingsReader(manifest, secrets: secrets)
    return try reader.read(given)
  }

  @Test("defaults are filled in where nothing is given, also in what is referred to")
  func defaults() throws {
    let settings = try read(["host": "h", "servers": [[:], ["weight": 3]]])
    #expect(
      JSONValue.object(settings)
        == ["host": "h", "servers": [["weight": 1], ["weight": 3]], "port": 25])
    let optional = try read(nil, ["properties": ["a": ["default": []]]])
    #expect(JSONValue.object(optional) == ["a": []])
  }

  @Test("of alternatives nothing is filled in")
  func alternatives() throws {
    let settings = try read([:], ["anyOf": [["properties": ["a": ["default": 1]]]]])
    #expect(settings.isEmpty)
  }

  @Test("a secret stands where it is referred to")
  func secrets() throws {
    let settings = try read(
      ["host": "h", "password": ["$secret": "s"], "servers": [["key": ["$secret": "t"]]]],
      secrets: ["s": .value("hunter2"), "t": .value("12345")])
    #expect(settings["password"] == "hunter2")
    #expect(settings["servers"]?[0]?["key"] == "12345")
  }

  @Test(
    "what is wrong is told with its place, and no secret is shown",
    arguments: [
      (["port": 1], "", "`host`"),
      (["host": "h", "port": 0], "/port", "expected a number of at least 1, got 0"),
      (["host": "h", "prot": 1], "/prot", "did you mean `port`?"),
      (["host": "h", "password": "hunter2"], "/password", "is never written here"),
      (["host": "h", "servers": [["key": "hunter2"]]], "/servers/0/key", "is never written here"),
      (["host": "h", "password": ["$secret": "x"]], "/password", "there is no secret \"x\""),
      (["host": "h", "password": ["$secret": "gone"]], "/password", "no variable GONE"),
      (["host": "h", "password": ["$secret": 1]], "/password", "referred to by"),
      (["host": "h", "password": ["$secret": "s", "a": 1]], "/password", "nothing beside"),
      (
        ["host": "h", "password": ["$secret": "short"]], "/password", "what the secret short holds"
      ),
    ] as [(JSONValue, String, String)])
  func wrong(_ given: JSONValue, _ place: String, _ words: String) throws {
    let secrets: [String: Secret] = [
      "s": .value("hunter2"), "short": .value("hunte"),
      "gone": .missing("the environment has no variable GONE"),
    ]
    let problem = #expect(throws: ManifestProblem.self) { try read(given, secrets: secrets) }
    #expect(problem?.pointer.description == "/tenants/default/settings/p" + place)
    #expect(problem?.message.contains(words) == true, "\(problem?.message ?? "")")
    #expect(problem?.message.contains("hunte") == false)
  }

  @Test("a plugin that declares none is given none")
  func undeclared() throws {
    #expect(try read(nil, nil).isEmpty)
    #expect(try read([:], nil).isEmpty)
    let problem = #expect(throws: ManifestProblem.self) { try read(["a": 1], nil) }
    #expect(problem?.message.contains("declare \"settings\"") == true)
  }

  @Test("they are given with load_plugin, and changed ones with the next")
  func loading() throws {
    var bench = PluginBench()
    bench.handle(.configure(HostConfiguration(), settings: ["a": ["port": 1]]))
    let id = ConnectionID(1)
    let manifest = PluginManifest(name: "a", version: "1", kernel: "k", main: "m")
    bench.handle(.declare(manifest, folder: "/", connection: id))
    bench.handle(.connect(id, .kernel(name: "k", language: "none", plugin: "a")))
    bench.receive(.hello, from: id, content: ["protocol_versions": ["1.0"]])
    #expect(bench.sent(.loadPlugin, to: id).first?.json["settings"] == ["port": 1])
  }
}
