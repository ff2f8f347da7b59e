import JSONSchema
import KernelProtocol
import Testing

@Suite("What is said of a value that does not fit")
struct ViolationTests {
  static let order = #"""
    {"type": "object", "required": ["id", "items"], "additionalProperties": false,
     "properties": {
       "id": {"type": "string", "pattern": "^[A-Z]{2}-\\d+$"},
       "items": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/item"}},
       "card": {"type": "string", "maxLength": 4, "x-sensitive": true}},
     "$defs": {"item": {"type": "object", "required": ["price"], "properties": {
       "price": {"type": "number", "minimum": 0, "multipleOf": 0.01},
       "unit": {"enum": ["piece", "kg"]}}}}}
    """#

  struct Expectation: CustomTestStringConvertible {
    let instance: String
    let lines: [String]
    var testDescription: String { instance }
  }

  static let expectations = [
    Expectation(
      instance: #"{"id": "AB-1", "items": [{"price": 1.1}, {"price": -1}]}"#,
      lines: [
        "/items/1/price | #/$defs/item/properties/price/minimum | a number of at least 0 | -1"
      ]),
    Expectation(
      instance: #"{"id": 7, "items": []}"#,
      lines: [
        "/id | #/properties/id/type | a string | 7",
        "/items | #/properties/items/minItems | an array of at least 1 | an array of 0",
      ]),
    Expectation(
      instance: #"{"id": "x", "items": [{}]}"#,
      lines: [
        #"/id | #/properties/id/pattern | text that matches `^[A-Z]{2}-\d+$` | "x""#,
        "/items/0 | #/$defs/item/required | the member `price` | an object without it",
      ]),
    Expectation(
      instance: #"{"id": "AB-1", "items": [{"price": 0.005, "unit": "Kg"}], "itms": []}"#,
      lines: [
        "/items/0/price | #/$defs/item/properties/price/multipleOf | a multiple of 0.01 | 0.005",
        #"/items/0/unit | #/$defs/item/properties/unit/enum | one of "piece", "kg" | "Kg""#,
        "/itms | #/additionalProperties | no member `itms` (did you mean `items`?) | an array of 0",
      ]),
    Expectation(
      instance: "[]", lines: [" | #/type | an object | an array of 0"]),
    Expectation(
      instance: #"{"id": "AB-1", "items": [{"price": 1}], "card": "4111111111111111"}"#,
      lines: ["/card | #/properties/card/maxLength | at most 4 characters | a string"]),
  ]

  @Test("names the value, the keyword, what is expected and what is there", arguments: expectations)
  func order(_ expectation: Expectation) throws {
    #expect(try Schema(text: Self.order).lines(for: expectation.instance) == expectation.lines)
  }

  @Test("of alternatives the nearest is explained")
  func alternatives() throws {
    let schema = try Schema(
      text: #"""
        {"oneOf": [{"type": "string"},
          {"properties": {"kind": {"const": "card"}, "number": {"type": "string"}}},
          {"properties": {"kind": {"const": "bank"}, "account": {"type": "string"}}}]}
        """#)
    let violations = try schema.violations(in: #"{"kind": "bank", "account": 12}"#)
    #expect(violations.count == 1)
    let violation = try #require(violations.first)
    #expect(
      violation.expected == "a value that fits exactly one of 3 alternatives, not both 2 and 3"
        || violation.causes.map(\.description) == ["/account: expected a string, got 12"])
  }

  @Test("a value that fits two alternatives of oneOf is told both")
  func two() throws {
    let schema = try Schema(text: #"{"oneOf": [{"type": "null"}, {"minimum": 1}, {"maximum": 5}]}"#)
    #expect(
      try schema.lines(for: "3") == [
        " | #/oneOf | a value that fits exactly one of 3 alternatives, not both 2 and 3 | one that fits several"
      ])
  }

  @Test("what is sensitive is not shown, wherever in it the violation is")
  func sensitive() throws {
    let schema = try Schema(
      text: #"""
        {"allOf": [{"properties": {"login": {"properties": {"password": {"minLength": 20}}}}}],
         "properties": {"login": {"x-sensitive": true}}}
        """#)
    let violations = try schema.violations(in: #"{"login": {"password": "hunter2"}}"#)
    #expect(
      violations.map(\.description)
        == ["/login/password: expected at least 20 characters, got a string"])
  }

  @Test("no more violations are gathered than asked for")
  func limit() throws {
    let schema = try Schema(text: #"{"items": {"type": "string"}}"#)
    let frame = FrameBytes("[" + Array(repeating: "1", count: 1_000).joined(separator: ",") + "]")
    #expect(try schema.violations(in: frame, limit: 3).count == 3)
  }

  @Test("bytes that are no JSON are not accepted, and the place is told")
  func broken() throws {
    let schema = try Schema(text: "{}")
    #expect(!schema.accepts("{"))
    #expect(throws: JSONError.self) { try schema.violations(in: "{") }
  }
}
