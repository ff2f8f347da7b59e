import KernelProtocol
import Testing

@testable import Broker

@Suite("The host's configuration")
struct HostConfigurationTests {
  @Test("all that it can say is read")
  func whole() throws {
    let value: JSONValue = [
      "grants": ["a": ["storage:read:global:**"]],
      "denials": ["a": ["call:tax.*", "emit:a:b", "storage:write:global:x"]],
      "tenants": ["default": ["settings": ["a": ["port": 1]]]],
      "secrets": ["s": ["environment": "S"], "t": ["file": "t.txt"]],
      "default_timeout": "1500ms",
      "kernels": ["lua": ["interpreter": "/bin/lua", "environment": ["A": "b"]]],
    ]
    let host = try HostConfiguration(reading: value)
    #expect(host.denials["a"]?.calls.map(\.text) == ["tax.*"])
    #expect(host.denials["a"]?.emits.map(\.text) == ["a:b"])
    #expect(host.denials["a"]?.storage.map(\.text) == ["storage:write:global:x"])
    #expect(host.settings == ["a": ["port": 1]])
    #expect(host.secrets == ["s": .environment("S"), "t": .file("t.txt")])
    #expect(host.defaultTimeout == 1.5)
    #expect(host.kernels["lua"]?.interpreter == "/bin/lua")
    #expect(host.kernels["lua"]?.environment == ["A": "b"])
  }

  @Test(
    "what makes no sense, or does nothing yet, is refused at its place",
    arguments: [
      (["denials": ["a": ["subscribe:x"]]], "/denials/a/0", "call:METHOD"),
      (["denials": ["a": ["call:a..b"]]], "/denials/a/0", "empty segment"),
      (["audit": "required"], "/audit", "not supported in this version"),
      (["limits": [:]], "/limits", "not supported in this version"),
      (["tenants": ["blue": [:]]], "/tenants/blue", "one tenant"),
      (["tenants": ["default": ["plugins": []]]], "/tenants/default", "unknown key"),
      (["tenants": ["default": ["settings": ["a": 1]]]], "/tenants/default/settings/a", "object"),
      (["secrets": ["s": "hunter2"]], "/secrets/s", "never written here"),
      (["secrets": ["s": ["file": "a", "environment": "B"]]], "/secrets/s", "one source"),
      (["secrets": ["s": [:]]], "/secrets/s", "one source"),
      (["default_timeout": "soon"], "/default_timeout", "a duration"),
      (["default_timeout": -1], "/default_timeout", "above 0"),
      (["default_timeout": "100000s"], "/default_timeout", "at most a day"),
      (["kernels": ["lua": ["environment": ["A": 1]]]], "/kernels/lua/environment/A", "text"),
      (["kernels": ["lua": ["interpretr": "x"]]], "/kernels/lua", "\"interpreter\"?"),
    ] as [(JSONValue, String, String)])
  func refused(_ value: JSONValue, _ pointer: String, _ words: String) throws {
    let problem = #expect(throws: ManifestProblem.self) { try HostConfiguration(reading: value) }
    #expect(problem?.message.contains(words) == true, "\(problem?.message ?? "")")
    #expect(problem?.pointer.description.hasPrefix(pointer) == true)
  }

  @Test("no message about a secret that stands in the file shows it")
  func literalSecret() {
    let value: JSONValue = ["secrets": ["s": "hunter2"]]
    let problem = #expect(throws: ManifestProblem.self) { try HostConfiguration(reading: value) }
    #expect(problem?.message.contains("hunter2") == false)
  }
}
