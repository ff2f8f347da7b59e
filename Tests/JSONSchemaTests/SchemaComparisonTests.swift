import JSONSchema
import KernelProtocol
import Testing

@Suite("Comparing two versions of a schema")
struct SchemaComparisonTests {
  struct Row: CustomTestStringConvertible {
    let old: String
    let new: String
    let breaks: SchemaChange.Parties
    var isCertain = true
    var testDescription: String { "\(old) → \(new)" }
  }

  static let rows: [Row] = [
    Row(old: #"{"type": "number"}"#, new: #"{"type": "integer"}"#, breaks: .emitters),
    Row(old: #"{"type": "integer"}"#, new: #"{"type": "number"}"#, breaks: .consumers),
    Row(old: #"{"type": "string"}"#, new: #"{"type": "number"}"#, breaks: .all),
    Row(old: #"{"type": "string"}"#, new: #"{"type": "string", "title": "t"}"#, breaks: []),
    Row(old: #"{"type": "string"}"#, new: #"{"type": "string", "minimum": 3}"#, breaks: []),
    Row(old: #"{"enum": ["a"]}"#, new: #"{"enum": ["a", "b"]}"#, breaks: .consumers),
    Row(old: #"{"enum": ["a", "b"]}"#, new: #"{"enum": ["b"]}"#, breaks: .emitters),
    Row(
      old: #"{"enum": ["a", "b"]}"#, new: #"{"type": "string", "maxLength": 3}"#, breaks: .consumers
    ),
    Row(old: #"{"type": "string"}"#, new: #"{"const": "a"}"#, breaks: .emitters),
    Row(old: #"{"enum": ["a"]}"#, new: #"{"const": "a"}"#, breaks: []),
    Row(old: #"{"minimum": 1}"#, new: #"{"minimum": 2}"#, breaks: .emitters),
    Row(old: #"{"minimum": 1}"#, new: #"{"exclusiveMinimum": 1}"#, breaks: .emitters),
    Row(old: #"{"maximum": 1}"#, new: #"{}"#, breaks: .consumers),
    Row(old: #"{"exclusiveMaximum": 5}"#, new: #"{"maximum": 5}"#, breaks: .consumers),
    Row(old: #"{"multipleOf": 0.1}"#, new: #"{"multipleOf": 0.5}"#, breaks: .emitters),
    Row(old: #"{"multipleOf": 6}"#, new: #"{"multipleOf": 4}"#, breaks: .all),
    Row(old: #"{"maxLength": 5}"#, new: #"{"maxLength": 6}"#, breaks: .consumers),
    Row(old: #"{"pattern": "a"}"#, new: #"{"pattern": "b"}"#, breaks: .all, isCertain: false),
    Row(old: #"{}"#, new: #"{"pattern": "b"}"#, breaks: .emitters),
    Row(
      old: #"{"properties": {"a": {}}}"#,
      new: #"{"properties": {"a": {}, "b": {"type": "string"}}}"#, breaks: []),
    Row(
      old: #"{"properties": {"a": {}}, "additionalProperties": false}"#,
      new: #"{"properties": {"a": {}, "b": {}}, "additionalProperties": false}"#, breaks: .consumers
    ),
    Row(
      old: #"{"properties": {"a": {}}}"#,
      new: #"{"properties": {}, "additionalProperties": false}"#, breaks: .emitters),
    Row(
      old: #"{"additionalProperties": {"type": "string"}}"#,
      new:
        #"{"properties": {"a": {"type": "integer"}}, "additionalProperties": {"type": "string"}}"#,
      breaks: .all),
    Row(
      old: #"{"properties": {"a": {}}}"#, new: #"{"properties": {"a": {}}, "required": ["a"]}"#,
      breaks: .emitters),
    Row(old: #"{"required": ["a"]}"#, new: #"{}"#, breaks: .consumers),
    Row(
      old: #"{"items": {"type": "string"}}"#, new: #"{"items": {"type": ["string", "null"]}}"#,
      breaks: .consumers),
    Row(
      old: #"{"prefixItems": [{"type": "string"}]}"#,
      new: #"{"prefixItems": [{}, {"type": "string"}]}"#, breaks: .all),
    Row(old: #"{"uniqueItems": true}"#, new: #"{"uniqueItems": false}"#, breaks: .consumers),
    Row(
      old: #"{"anyOf": [{"type": "string"}]}"#,
      new: #"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#, breaks: .consumers),
    Row(
      old: #"{"oneOf": [{"type": "string"}]}"#,
      new: #"{"oneOf": [{"type": "string"}, {"type": "null"}]}"#, breaks: .all, isCertain: false),
    Row(
      old: #"{"oneOf": [{"type": "integer"}]}"#, new: #"{"oneOf": [{"type": "number"}]}"#,
      breaks: .all, isCertain: false),
    Row(
      old: #"{"not": {"type": "integer"}}"#, new: #"{"not": {"type": "number"}}"#, breaks: .all,
      isCertain: false),
    Row(
      old: ##"{"$ref": "#/$defs/a", "$defs": {"a": {"type": "string"}}}"##,
      new: #"{"type": "string"}"#, breaks: []),
    Row(
      old: ##"{"properties": {"next": {"$ref": "#"}, "v": {"minimum": 1}}}"##,
      new: ##"{"properties": {"next": {"$ref": "#"}, "v": {"minimum": 0}}}"##, breaks: .consumers),
    Row(
      old: #"{"unevaluatedProperties": false, "properties": {"a": {}}}"#,
      new: #"{"unevaluatedProperties": false, "properties": {"a": {}, "b": {}}}"#, breaks: .all,
      isCertain: false),
    Row(old: "true", new: "false", breaks: .emitters),
    Row(old: #"{"format": "email"}"#, new: #"{"format": "uri"}"#, breaks: []),
  ]

  @Test("tells whom a change breaks, and when it only doubts", arguments: rows)
  func verdict(row: Row) throws {
    let parser = JSONParser()
    let comparison = try SchemaComparison(old: parser.parse(row.old), new: parser.parse(row.new))
    let breaks = comparison.changes.reduce(into: SchemaChange.Parties()) { $0.formUnion($1.breaks) }
    #expect(breaks == row.breaks, "\(comparison.changes)")
    #expect(comparison.isCompatible == row.breaks.isEmpty)
    #expect(comparison.changes.allSatisfy { $0.isCertain || !$0.isCompatible })
    #expect(comparison.changes.contains { !$0.isCertain } == !row.isCertain)
  }

  @Test("a schema is compatible with itself, whatever it is", arguments: rows)
  func identity(row: Row) throws {
    let schema = try JSONParser().parse(row.new)
    #expect(try SchemaComparison(old: schema, new: schema).changes.isEmpty)
  }

  /// What must hold for a verdict: an instance that one side accepts and the other refuses is
  /// announced.
  @Test("no value proves a verdict wrong", arguments: rows)
  func soundness(row: Row) throws {
    let parser = JSONParser()
    let comparison = try SchemaComparison(old: parser.parse(row.old), new: parser.parse(row.new))
    let breaks = comparison.changes.reduce(into: SchemaChange.Parties()) { $0.formUnion($1.breaks) }
    let old = try Schema(text: row.old)
    let new = try Schema(text: row.new)
    for value in [
      "1", "0", "2", "0.5", "5", "7", "-1", "null", "true", #""a""#, #""b""#, #""abcdef""#, "[]",
      "[1]", #"["a", "a"]"#,
      "[null]", "{}", #"{"a": 1}"#, #"{"a": "x"}"#, #"{"v": 0.5}"#,
    ] {
      if new.accepts(value), !old.accepts(value) {
        #expect(breaks.contains(.consumers), "\(value)")
      }
      if old.accepts(value), !new.accepts(value) { #expect(breaks.contains(.emitters), "\(value)") }
    }
  }

  @Test("says what changed, where, in words")
  func words() throws {
    let comparison = try SchemaComparison(
      old: ["properties": ["total": ["type": "number", "minimum": 0]]],
      new: ["properties": ["total": ["type": "number", "minimum": 1]], "required": ["total"]])
    #expect(
      comparison.changes.map { "\($0.pointer): \($0.summary)" } == [
        "/required: `total` must be there now",
        "/properties/total/minimum: `minimum` 0 became `minimum` 1",
      ])
  }
}
