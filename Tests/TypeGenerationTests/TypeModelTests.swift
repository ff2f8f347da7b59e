import KernelProtocol
import Testing

@testable import TypeGeneration

@Suite("From schemas to types")
struct TypeModelTests {
  func model(_ payload: JSONValue) -> TypeModel {
    TypeModel([
      PluginInterface(
        plugin: "p", events: [PluginInterface.Event(name: "a:b", payload: payload)], methods: [])
    ])
  }

  func payload(_ schema: JSONValue) -> TypeShape { model(schema).events[0].payload }

  @Test("the shapes of simple schemas")
  func shapes() {
    #expect(payload(["type": "integer"]) == .integer)
    #expect(payload(["type": ["string", "null"]]) == .union([.string, .null]))
    #expect(payload(["enum": ["a", 1, .null]]) == .literals(["a", 1, .null]))
    #expect(payload(["const": 1.5]) == .map(.any))
    #expect(payload(["type": "array", "items": ["type": "number"]]) == .array(.number))
    #expect(
      payload(["type": "object", "additionalProperties": ["type": "string"]]) == .map(.string))
    #expect(payload(["anyOf": [["type": "string"], ["type": "string"]]]) == .string)
    #expect(payload([:]) == .map(.any))
    #expect(payload(["$ref": "elsewhere.json"]) == .map(.any))
  }

  @Test("an object is declared by the name of its event, what is in it by its own")
  func names() {
    let model = model([
      "required": ["at"],
      "properties": ["at": ["properties": ["x": ["type": "number"]]], "via": ["type": "string"]],
    ])
    #expect(model.declarations.map(\.name) == ["AB", "ABAt"])
    #expect(model.declarations[0].fields.map(\.isRequired) == [true, false])
    #expect(model.declarations[0].fields[0].shape == .named("ABAt"))
  }

  @Test("allOf adds fields, also those of a reference")
  func allOf() {
    let model = model([
      "allOf": [
        ["$ref": "#/$defs/base"], ["properties": ["b": ["type": "integer"]], "required": ["b"]],
      ],
      "$defs": ["base": ["properties": ["a": ["type": "string"]], "required": ["a"]]],
    ])
    #expect(model.declarations.map(\.name) == ["AB"])
    #expect(model.declarations[0].fields.map(\.name) == ["a", "b"])
    #expect(model.declarations[0].fields.map(\.isRequired) == [true, true])
  }

  @Test("a schema that refers to itself becomes a type that does")
  func recursion() {
    let model = model([
      "properties": ["next": ["$ref": "#"], "loop": ["$ref": "#/$defs/loop"]],
      "$defs": ["loop": ["$ref": "#/$defs/loop"]],
    ])
    #expect(model.declarations[0].fields[0].shape == .named("AB"))
    #expect(model.declarations.map(\.name) == ["AB", "ABLoop"])
    #expect(model.declarations[1].body == .alias(.any))
  }

  @Test("two types never have one name")
  func collisions() {
    let model = TypeModel([
      PluginInterface(
        plugin: "p",
        events: ["a:b", "a:b_"].map {
          PluginInterface.Event(name: $0, payload: ["properties": ["x": ["type": "string"]]])
        }, methods: [])
    ])
    #expect(model.declarations.map(\.name) == ["AB", "AB2"])
  }

  @Test(
    "the same plugins give the same text, in whatever order they come",
    arguments: TypeLanguage.allCases)
  func stability(language: TypeLanguage) {
    let text = language.render(SampleInterface.model)
    #expect(language.render(TypeModel(SampleInterface.plugins.reversed())) == text)
    #expect(text.contains("parley types"))
  }

  @Test("plugins that offer nothing still give a file", arguments: TypeLanguage.allCases)
  func nothing(language: TypeLanguage) {
    #expect(!language.render(TypeModel([])).isEmpty)
  }
}
