import Foundation
import JSONSchema
import KernelProtocol
import Testing

@Suite("parley schema", .timeLimit(.minutes(5)))
struct SchemaCommandTests {
  let fixture: PluginFixture

  init() throws { fixture = try PluginFixture() }

  func file(_ name: String, _ text: String) throws -> String {
    let path = fixture.plugins + "/" + name
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// What `--json` printed, held against the specification's schema for it.
  func output(_ text: String, _ definition: String) throws -> JSONValue {
    let specs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "specs/schemas")
    func document(_ name: String) throws -> JSONValue {
      try JSONParser().parse([UInt8](Data(contentsOf: specs.appending(path: name))))
    }
    var options = SchemaOptions()
    for name in ["output.schema.json", "error.schema.json"] {
      options.documents[name] = try document(name)
    }
    let schema = try Schema(
      ["$ref": .string("output.schema.json#/$defs/\(definition)")], options: options)
    #expect(try schema.violations(in: FrameBytes(text)) == [])
    return try JSONParser().parse(text)
  }

  static let schema = """
    {
      "properties": {"price": {"type": "number", "minimum": 0}},
      "required": ["price"]
    }
    """

  @Test("check says what is wrong with a value: a line for each violation, and status 1")
  func invalid() async throws {
    let schema = try file("s.json", Self.schema)
    let value = try file("v.json", #"{"price": -1}"#)
    let result = try await ParleyProgram.run(["schema", "check", schema, value])
    #expect(result.status == 1)
    #expect(
      result.output
        == "/price: expected a number of at least 0, got -1 (#/properties/price/minimum)\n")
    let json = try await ParleyProgram.run(["schema", "check", schema, value, "--json"])
    #expect(json.status == 1)
    let object = try output(json.output, "schema_check")
    #expect(object["valid"] == false)
    #expect(object["errors"]?[0]?["pointer"] == "/price")
    #expect(object["errors"]?[0]?["got"] == "-1")
  }

  @Test("check is content with what is valid")
  func valid() async throws {
    let schema = try file("s.json", Self.schema)
    let value = try file("v.json", #"{"price": 1}"#)
    #expect(try await ParleyProgram.run(["schema", "check", schema]).status == 0)
    #expect(try await ParleyProgram.run(["schema", "check", schema, value]).status == 0)
  }

  @Test("a bad schema is told with line and column, and status 2")
  func badSchema() async throws {
    let schema = try file("s.json", "{\n  \"properties\": {\n    \"a\": {\"type\": \"nul\"}}}")
    let result = try await ParleyProgram.run(["schema", "check", schema])
    #expect(result.status == 2)
    #expect(result.errors.contains("s.json:3:11: #/properties/a/type: expected one of"))
    #expect(result.errors.contains(#"did you mean "null"?"#))
  }

  @Test("a file that is no JSON or not there is told, and status 2")
  func unreadable() async throws {
    let schema = try file("s.json", Self.schema)
    let value = try file("v.json", "{\n  \"price\" 1}")
    let broken = try await ParleyProgram.run(["schema", "check", schema, value])
    #expect(broken.status == 2)
    #expect(broken.errors.contains("v.json:2:11: expected `:` after the key, found `1`"))
    let missing = try await ParleyProgram.run(["schema", "check", schema + "x", "--json"])
    #expect(missing.status == 2)
    #expect(
      try output(missing.output, "schema_check")["error"]?["file"]?.stringValue == schema + "x")
  }

  @Test("the specification's own schemas are good, with each other")
  func specifications() async throws {
    let specs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "specs/schemas").path()
    for name in try FileManager.default.contentsOfDirectory(atPath: specs) {
      let result = try await ParleyProgram.run(
        ["schema", "check", "\(specs)/\(name)", "--documents", specs])
      #expect(result.status == 0, "\(result.errors)")
    }
  }

  @Test("diff tells whom a change breaks: status 1, or 0 when nobody")
  func diff() async throws {
    let old = try file("old.json", Self.schema)
    let new = try file(
      "new.json",
      #"{"properties": {"price": {"type": "number"}, "unit": {}}, "required": ["price"]}"#)
    let result = try await ParleyProgram.run(["schema", "diff", old, new])
    #expect(result.status == 1)
    #expect(result.output.contains("✗ /properties/price/minimum: `minimum` 0 is gone\n"))
    #expect(result.output.contains("consumers written for the old schema may get"))
    #expect(result.output.contains("✓ /properties/unit: the member `unit` is new\n"))
    let json = try await ParleyProgram.run(["schema", "diff", old, new, "--json"])
    #expect(try output(json.output, "schema_diff")["changes"]?[0]?["breaks"] == ["consumers"])
    #expect(try await ParleyProgram.run(["schema", "diff", old, old]).status == 0)
    let bad = try file("bad.json", #"{"type": 1}"#)
    #expect(try await ParleyProgram.run(["schema", "diff", old, bad]).status == 2)
  }
}
