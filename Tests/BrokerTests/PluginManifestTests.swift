import KernelProtocol
import Testing

@testable import Broker

@Suite("Reading a manifest")
struct PluginManifestTests {
  private static let base = #""name": "a", "version": "1", "kernel": "lua", "main": "a.lua""#

  @Test("takes what the contract names")
  func whole() throws {
    let manifest = try PluginManifest(
      reading: JSONParser().parse(
        """
        {\(Self.base), "description": "d", "x-own": 1, "mailbox": {"concurrent": 3}, "required": true,
         "requires": ["b"], "permissions": ["storage:read:global:ui:*"], "environment": {"python": ".venv"},
         "events": {"emits": {"a:b": {"payload": {"type": "object"}}}, "subscribes": ["c:*", "d:**"]},
         "services": {"provides": {"a.b": {"params": {}, "stream": true}}, "calls": ["b.*"]}}
        """))
    #expect(manifest.mailbox == .concurrent(3))
    #expect(manifest.isRequired)
    #expect(manifest.requires == ["b"])
    #expect(manifest.emits["a:b"]?.payload?.document == ["type": "object"])
    #expect(manifest.permissions.map(\.text) == ["storage:read:global:ui:*"])
    #expect(manifest.subscribes.map(\.text) == ["c:*", "d:**"])
    #expect(manifest.provides["a.b"]?.isStream == true)
    #expect(manifest.calls.map(\.text) == ["b.*"])
  }

  @Test(
    "refuses what is wrong, at its place",
    arguments: [
      ("[]", ""), (#"{"version": "1", "kernel": "lua", "main": "a.lua"}"#, ""),
      ("{\(base), \"nam\": 1}", "/nam"),
      ("{\(base), \"mailbox\": {\"concurrent\": 0}}", "/mailbox"),
      ("{\(base), \"permissions\": [\"storage:read\"]}", "/permissions/0"),
      ("{\(base), \"permissions\": [\"storage:read:global:\"]}", "/permissions/0"),
      ("{\(base), \"requires\": \"b\"}", "/requires"), ("{\(base), \"required\": 1}", "/required"),
      ("{\(base), \"events\": {\"emit\": {}}}", "/events/emit"),
      ("{\(base), \"events\": {\"emits\": {\"a:*\": {}}}}", "/events/emits/a:*"),
      ("{\(base), \"events\": {\"subscribes\": [\"a:b\", 1]}}", "/events/subscribes/1"),
      ("{\(base), \"services\": {\"provides\": {\"a..b\": {}}}}", "/services/provides/a..b"),
      (
        "{\(base), \"services\": {\"provides\": {\"a.b\": {\"params\": 1}}}}",
        "/services/provides/a.b/params"
      ),
      (
        "{\"name\": \"a b\", \"version\": \"1\", \"kernel\": \"lua\", \"main\": \"a.lua\"}", "/name"
      ),
      (
        "{\"name\": \"a\", \"version\": \"1\", \"kernel\": \"lua\", \"main\": \"../a.lua\"}",
        "/main"
      ),
    ])
  func refused(text: String, pointer: String) throws {
    let value = try JSONParser().parse(text)
    let problem = #expect(throws: ManifestProblem.self) { try PluginManifest(reading: value) }
    #expect(problem?.pointer.description == pointer)
    #expect(problem?.message.isEmpty == false)
  }
}
