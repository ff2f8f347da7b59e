import Broker
import KernelProtocol
import Testing

@testable import Parley

@Suite("Changes of a plugin's schemas")
struct SchemaHistoryTests {
  private static func manifest(_ version: String, _ change: JSONValue) throws -> PluginManifest {
    var object: JSONObject = [
      "name": "shop", "version": .string(version), "kernel": "lua", "main": "main.lua",
    ]
    for member in change.objectValue ?? [:] { object[member.key] = member.value }
    return try PluginManifest(reading: .object(object))
  }

  private static func problem(
    _ old: (String, JSONValue), _ new: (String, JSONValue)
  ) throws -> ManifestProblem? {
    let history = SchemaHistory(try manifest(old.0, old.1).schemas)
    return history.incompatibility(of: try manifest(new.0, new.1), in: "/plugins")
  }

  private static func event(_ payload: JSONValue) -> JSONValue {
    ["events": ["emits": ["shop:sold": ["payload": payload]]]]
  }

  private static func method(params: JSONValue = true, result: JSONValue = true) -> JSONValue {
    ["services": ["provides": ["shop.quote": ["params": params, "result": result]]]]
  }

  private static let id: JSONValue = [
    "properties": ["id": ["type": "integer"]], "required": ["id"],
  ]
  private static let text: JSONValue = [
    "properties": ["id": ["type": "string"]], "required": ["id"],
  ]
  private static let optional: JSONValue = ["properties": ["id": ["type": "integer"]]]

  @Test(
    "one that breaks those who rely on it is told with its place, and what to do",
    arguments: [
      (event(id), event(text), "/events/emits/shop:sold/payload", "subscribe to it"),
      (event(id), event(optional), "/events/emits/shop:sold/payload", "subscribe to it"),
      (
        method(params: optional), method(params: id), "/services/provides/shop.quote/params",
        "call it"
      ),
      (method(result: id), method(), "/services/provides/shop.quote/result", "call it"),
    ])
  func breaking(_ old: JSONValue, _ new: JSONValue, _ place: String, _ users: String) throws {
    let problem = try #require(try Self.problem(("1.2.0", old), ("1.3.0", new)))
    #expect(problem.pointer.description.hasPrefix(place), "\(problem.pointer)")
    for words in [users, "1.2.0", "\"2.0.0\"", "parley schema accept shop --plugins /plugins"] {
      #expect(problem.message.contains(words), "\(problem.message)")
    }
  }

  @Test(
    "one that breaks nobody is none: what is sent may narrow, what is accepted may widen",
    arguments: [
      (event(id), event(id)), (event(optional), event(id)),
      (method(params: id), method(params: optional)),
      (method(result: optional), method(result: id)),
      (event(id), JSONValue.object([:])), (JSONValue.object([:]), event(id)),
      (method(params: id), method()),
    ] as [(JSONValue, JSONValue)])
  func compatible(_ old: JSONValue, _ new: JSONValue) throws {
    #expect(try Self.problem(("1.2.0", old), ("1.3.0", new)) == nil)
  }

  @Test(
    "another major version may change everything, and so may one that begins with 0",
    arguments: [("1.9.0", "2.0.0"), ("2.0.0", "1.9.0"), ("0.1.0", "0.1.0"), ("1", "nightly")])
  func versions(_ old: String, _ new: String) throws {
    #expect(try Self.problem((old, Self.event(Self.id)), (new, Self.event(Self.text))) == nil)
  }

  @Test(
    "a version is compared by its first number, however it is written",
    arguments: ["1", "1.0.0-rc.1", "01.2"])
  func spelling(_ version: String) throws {
    #expect(
      try Self.problem(("1.0.0", Self.event(Self.id)), (version, Self.event(Self.text))) != nil)
  }
}
