@testable import JSONSchema
import KernelProtocol
import Testing

@Suite("Hostile schemas and values")
struct HostileSchemaTests {
  /// Steps that checking takes.
  func steps(_ schema: Schema, _ text: String) throws -> (isAccepted: Bool, steps: Int) {
    let frame = FrameBytes(text)
    return try frame.withUnsafeBytes { bytes in
      var workspace = SchemaWorkspace()
      var evaluation = SchemaEvaluation(schema.program, bytes, taking: &workspace)
      try evaluation.read()
      return (evaluation.run(schema.root), evaluation.steps)
    }
  }

  func array(_ count: Int, _ element: (Int) -> String) -> String {
    "[" + (0..<count).map(element).joined(separator: ",") + "]"
  }

  @Test(
    "alternatives that double at each level are given up after steps in proportion to the value")
  func doubling() throws {
    var definitions = (0..<40).map { level in
      let next = ##"{"$ref": "#/$defs/a\##(level + 1)"}"##
      return ##""a\##(level)": {"allOf": [\##(next), \##(next)]}"##
    }
    definitions.append(#""a40": {"type": "string"}"#)
    let schema = try Schema(
      text: ##"{"$ref": "#/$defs/a0", "$defs": {\##(definitions.joined(separator: ", "))}}"##)
    let allowance = SchemaEvaluation.allowance(nodes: schema.program.nodes.count, tokens: 1)
    let result = try steps(schema, #""x""#)
    #expect(!result.isAccepted)
    #expect(result.steps <= allowance + 1)
    let violations = try schema.violations(in: #""x""#)
    #expect(violations.map(\.got) == ["one for which the schema asks itself over and over again"])
  }

  @Test("a negation does not turn what was given up into an acceptance")
  func negation() throws {
    var definitions = (0..<40).map { level in
      let next = ##"{"$ref": "#/$defs/a\##(level + 1)"}"##
      return ##""a\##(level)": {"allOf": [\##(next), \##(next)]}"##
    }
    definitions.append(#""a40": {"type": "string"}"#)
    let schema = try Schema(
      text:
        ##"{"not": {"$ref": "#/$defs/a0"}, "$defs": {\##(definitions.joined(separator: ", "))}}"##)
    #expect(!schema.accepts(#""x""#))
  }

  @Test("recursion that doubles with the depth of the value is given up as well")
  func treeDoubling() throws {
    let schema = try Schema(
      text: ##"{"allOf": [{"items": {"$ref": "#"}}, {"items": {"$ref": "#"}}]}"##)
    let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    #expect(!schema.accepts(deep))
    #expect(schema.accepts("[[[[]]]]"))
  }

  @Test("a dynamic reference that leads back to the same value ends")
  func dynamicLoop() throws {
    let schema = try Schema(
      text: ##"""
        {"$id": "http://example.org/outer", "$dynamicAnchor": "node", "$ref": "inner", "$defs": {
          "inner": {"$id": "inner", "allOf": [{"$dynamicRef": "#node"}],
            "$defs": {"leaf": {"$dynamicAnchor": "node", "type": "null"}}}}}
        """##)
    #expect(!schema.accepts("null"))
    let violations = try schema.violations(in: "null")
    #expect(violations.first?.got == "one for which the schema asks itself over and over again")
  }

  @Test("a long chain of references does not use up the stack")
  func chain() throws {
    let count = 20_000
    let definitions = (0..<count).map { ##""a\##($0)": {"$ref": "#/$defs/a\##($0 + 1)"}"## }
    let schema = try Schema(
      text:
        ##"{"$ref": "#/$defs/a0", "$defs": {\##(definitions.joined(separator: ", ")), "a\##(count)": {}}}"##
    )
    #expect(!schema.accepts("1"))
  }

  @Test("a schema that is nested too deeply is refused")
  func nesting() throws {
    func nested(_ depth: Int) -> JSONValue {
      (0..<depth).reduce(JSONValue.bool(true)) { value, _ in ["items": value] }
    }
    #expect(throws: Never.self) { try Schema(nested(128)) }
    let error = #expect(throws: SchemaError.self) { try Schema(nested(2_000)) }
    #expect(error?.reason == "schemas are nested more than 512 levels deep")
  }

  @Test("the steps for an object, an array and an enum grow with their size")
  func growth() throws {
    let schema = try Schema(
      text:
        #"{"items": {"type": "object", "properties": {"a": {"minimum": 0}}, "unevaluatedProperties": false}}"#
    )
    let small = try steps(schema, array(100) { #"{"a": \#($0)}"# })
    let large = try steps(schema, array(1_000) { #"{"a": \#($0)}"# })
    #expect(small.isAccepted && large.isAccepted)
    #expect(large.steps <= 10 * small.steps)
  }

  @Test("unique elements are found in steps that grow with their number")
  func uniqueness() throws {
    let schema = try Schema(text: #"{"uniqueItems": true}"#)
    let small = try steps(schema, array(1_000) { #"{"a": \#($0)}"# })
    let large = try steps(schema, array(10_000) { #"{"a": \#($0)}"# })
    #expect(small.isAccepted && large.isAccepted)
    #expect(large.steps <= 10 * small.steps)
    #expect(try !steps(schema, array(10_000) { #"{"a": \#($0 % 9_999)}"# }).isAccepted)
  }

  @Test("elements are compared by value, however they are written")
  func uniqueByValue() throws {
    let schema = try Schema(text: #"{"uniqueItems": true}"#)
    #expect(!schema.accepts(#"[{"a": 1, "b": [2]}, {"b": [2.0], "\u0061": 1}]"#))
    #expect(
      schema.accepts(#"[{"a": 1, "b": [2]}, {"a": 1, "b": [3]}, {"a": 1}, [], {}, "", null]"#))
    #expect(!schema.accepts(array(20) { #"{"a": [\#($0 % 19)], "b": {}}"# }))
    #expect(schema.accepts(array(20) { #"{"a": [\#($0)], "b": {}}"# }))
  }

  @Test("of a huge enum a value costs one step")
  func hugeEnum() throws {
    let words = (0..<50_000).map { #""w\#($0)""# }.joined(separator: ",")
    let schema = try Schema(text: #"{"enum": [\#(words)]}"#)
    let result = try steps(schema, #""w49999""#)
    #expect(result.isAccepted && result.steps <= 2)
    #expect(!schema.accepts(#""w50000""#))
  }

  @Test("an object of many names, required ones among them")
  func manyNames() throws {
    let names = (0..<500).map { "n\($0)" }
    let schema = try Schema([
      "required": JSONValue(names), "additionalProperties": false,
      "properties": .object(JSONObject(names.map { ($0, ["type": "integer"]) })),
    ])
    let members = names.reversed().map { #""\#($0)": 1"# }
    #expect(schema.accepts("{\(members.joined(separator: ","))}"))
    #expect(!schema.accepts("{\(members.dropFirst().joined(separator: ","))}"))
    #expect(!schema.accepts("{\(members.joined(separator: ",")), \"n500\": 1}"))
  }

  @Test("a repeated key does not stand for a missing one")
  func repeatedKeys() throws {
    let schema = try Schema(text: #"{"required": ["a", "b"]}"#)
    #expect(!schema.accepts(#"{"a": 1, "a": 2}"#))
    #expect(try !Schema(text: #"{"minProperties": 2}"#).accepts(#"{"a": 1, "\u0061": 2}"#))
    #expect(try !Schema(text: #"{"const": {"a": 1, "b": 2}}"#).accepts(#"{"a": 1, "a": 1}"#))
  }

  @Test("keys and text written with escapes are the same keys and text")
  func escapes() throws {
    let schema = try Schema(
      text:
        #"{"properties": {"é\n": {"const": "a\"b"}}, "required": ["é\n"], "additionalProperties": false}"#
    )
    #expect(schema.accepts(#"{"\u00e9\u000a": "a\u0022\u0062"}"#))
    #expect(!schema.accepts(#"{"\u0065\u0301\n": "a\"b"}"#))
    #expect(try Schema(text: #"{"maxLength": 1}"#).accepts(#""\ud83d\ude00""#))
  }
}
