import Foundation
import Testing

@Suite("parley types", .timeLimit(.minutes(5)))
struct TypesCommandTests {
  let fixture: PluginFixture

  init() throws { fixture = try PluginFixture() }

  func plugin(_ name: String, _ manifest: String) throws {
    let folder = fixture.plugins + "/" + name
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data(manifest.utf8).write(to: URL(fileURLWithPath: folder + "/plugin.json"))
  }

  static let pricing = #"""
    {"name": "pricing", "version": "1.0.0", "kernel": "python", "main": "pricing.py",
     "events": {"emits": {"price:changed": {"description": "a price is another one", "payload":
       {"required": ["sku"], "properties": {"sku": {"type": "string"}}}}}},
     "services": {"provides": {"pricing.quote": {"params": {"properties": {"sku": {"type": "string"}}},
       "result": {"type": "number"}}}}}
    """#

  @Test(
    "writes what the manifests declare, for each language",
    arguments: ["python", "ruby", "node", "lua", "perl", "swift"])
  func languages(language: String) async throws {
    try plugin("pricing", Self.pricing)
    let output = fixture.plugins + "/types"
    let result = try await ParleyProgram.run([
      "types", "--language", language, "--plugins", fixture.plugins, "--output", output,
    ])
    #expect(result.status == 0, "\(result.errors)")
    let text = try String(contentsOfFile: output, encoding: .utf8)
    #expect(text.contains("price:changed"))
    #expect(text.contains("pricing.quote"))
    let printed = try await ParleyProgram.run(
      ["types", "--language", language, "--plugins", fixture.plugins])
    #expect(printed.output == text)
  }

  @Test("a manifest with a mistake is told with its line; the others are written all the same")
  func mistake() async throws {
    try plugin("pricing", Self.pricing)
    try plugin("broken", "{\n  \"nme\": 1}")
    let result = try await ParleyProgram.run(
      ["types", "--language", "python", "--plugins", fixture.plugins])
    #expect(result.status == 1)
    #expect(result.errors.contains("broken/plugin.json:2"))
    #expect(result.output.contains("PriceChanged"))
  }

  @Test("a language that there are no types for is a mistake of usage")
  func unknown() async throws {
    let result = try await ParleyProgram.run(["types", "--language", "cobol"])
    #expect(result.status == 2)
    #expect(result.errors.contains("there are types for python, ruby, node, lua, perl, swift"))
  }
}
