import JSONSchema
import KernelProtocol
import Testing

@Suite("A schema that cannot be honoured is refused by name")
struct RefusalTests {
  static let refusals: [(schema: String, message: String)] = [
    (
      ##"{"properties": {"a": {"type": "strin"}}}"##,
      ##"#/properties/a/type: expected one of null, boolean, integer, number, string, "##
        + ##"array, object, got "strin"; did you mean "string"?"##
    ),
    (
      ##"{"$ref": "other.json"}"##,
      ##"#/$ref: `other.json` is not given: documents are never fetched, pass it "##
        + ##"along or copy it into `$defs`"##
    ),
    (
      ##"{"$ref": "#/$defs/itm", "$defs": {"item": {}}}"##,
      ##"#/$ref: `#/$defs/itm` leads nowhere: there is no `itm`, did you mean `item`?"##
    ),
    (
      ##"{"$ref": "#itm", "$defs": {"a": {"$anchor": "item"}}}"##,
      ##"#/$ref: `#itm`: there is no anchor `itm`; did you mean `#item`?"##
    ),
    (
      ##"{"$schema": "http://json-schema.org/draft-07/schema#"}"##,
      ##"#/$schema: the draft `http://json-schema.org/draft-07/schema#` is not "##
        + ##"supported: use https://json-schema.org/draft/2020-12/schema, or pass the "##
        + ##"metaschema along"##
    ),
    (
      ##"{"pattern": "a(?=b)"}"##,
      ##"#/pattern: the regular expression `a(?=b)`: lookahead `(?=` is not "##
        + ##"supported: it cannot be matched in linear time"##
    ),
    (
      ##"{"pattern": "(a)\\1"}"##,
      ##"#/pattern: the regular expression `(a)\1`: a backreference is not supported: "##
        + ##"it cannot be matched in linear time"##
    ),
    (
      ##"{"patternProperties": {"[": {}}}"##,
      ##"#/patternProperties/[: the regular expression `[`: `[` is not closed by `]`"##
    ),
    (
      ##"{"items": [{}]}"##,
      ##"#/items: expected one schema (an array of schemas is `prefixItems`), got an "##
        + ##"array of 1"##
    ),
    (
      ##"{"minLength": -1}"##,
      ##"#/minLength: expected a whole number from 0, got -1"##
    ),
    (
      ##"{"multipleOf": 0}"##,
      ##"#/multipleOf: expected a number above 0, got 0"##
    ),
    (
      ##"{"required": ["a", 1]}"##,
      ##"#/required/1: expected a name, got 1"##
    ),
    (
      ##"{"anyOf": []}"##,
      ##"#/anyOf: expected at least one schema, got an array of 0"##
    ),
    (
      ##"{"$defs": {"unused": 7}}"##,
      ##"#/$defs/unused: a schema is an object, true or false, not 7"##
    ),
    (
      ##"{"$id": "a#b"}"##,
      ##"#/$id: an `$id` has no fragment; use `$anchor` for a#b"##
    ),
    (
      ##"{"$ref": "#"}"##,
      ##"#: it leads back to # for the same value, without end"##
    ),
    (
      ##"{"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"anyOf": [{"type": "##
        + ##""null"}, {"$ref": "#"}]}}}"##,
      ##"#/$defs/a/anyOf/1: it leads back to # for the same value, without end"##
    ),
  ]

  @Test("with the pointer of the keyword", arguments: refusals.indices)
  func refusal(index: Int) throws {
    let (text, message) = Self.refusals[index]
    let error = #expect(throws: SchemaError.self) { try Schema(text: text) }
    #expect(error?.description == message)
  }

  @Test("a format is only demanded on request, and one that cannot be checked is refused then")
  func format() throws {
    let text = #"{"format": "emial"}"#
    #expect(try Schema(text: text).accepts(#""nobody""#))
    let error = #expect(throws: SchemaError.self) {
      try Schema(text: text, options: SchemaOptions(assertsFormats: true))
    }
    #expect(
      error?.description
        == "#/format: the format `emial` cannot be checked; did you mean `email`?")
    let email = try Schema(
      text: #"{"format": "email"}"#, options: SchemaOptions(assertsFormats: true))
    #expect(!email.accepts(#""nobody""#))
    #expect(email.accepts(#""nobody@example.org""#))
  }

  @Test("a mistake in a document that is passed along is told with its address")
  func otherDocument() throws {
    let options = SchemaOptions(documents: ["http://example.org/a": ["type": "nul"]])
    let error = #expect(throws: SchemaError.self) {
      try Schema(["$ref": "http://example.org/a"], options: options)
    }
    #expect(error?.location.description == "http://example.org/a#/type")
  }
}
