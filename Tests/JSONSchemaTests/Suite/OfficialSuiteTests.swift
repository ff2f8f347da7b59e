import Foundation
import JSONSchema
import KernelProtocol
import Testing

@Suite(
  "The official test suite",
  .enabled(
    if: OfficialSuite.fetched != nil || OfficialSuite.isRequired,
    "the JSON-Schema-Test-Suite could not be fetched: scripts/schema-suite says why"))
struct OfficialSuiteTests {
  static let requiredFiles = (try? OfficialSuite.fetched?.files()) ?? []

  @Test("is there, with all of its required files")
  func completeness() throws {
    let suite = try #require(OfficialSuite.fetched, "run scripts/schema-suite to see why not")
    let groups = try suite.files().flatMap { try suite.groups(of: $0) }
    #expect(Self.requiredFiles.count >= 46)
    #expect(groups.reduce(0) { $0 + $1.cases.count } >= 1_200)
  }

  @Test("every required case of draft 2020-12 is judged right", arguments: requiredFiles)
  func required(file: String) throws {
    try judge(file, SchemaOptions())
  }

  /// What is optional and honoured as well. Not among them: other drafts and numbers beyond 64 bits.
  static let optionalFiles = [
    "anchor.json", "dynamicRef.json", "ecmascript-regex.json",
    "float-overflow.json", "format-assertion.json", "id.json", "no-schema.json",
    "non-bmp-regex.json",
    "refOfUnknownKeyword.json", "unknownKeyword.json",
  ]

  @Test("these optional cases are judged right as well", arguments: optionalFiles)
  func optionalCases(file: String) throws {
    try judge("optional/\(file)", SchemaOptions())
  }

  static let formatNames = [
    "date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "json-pointer", "regex",
    "time", "uri", "uri-reference", "uuid",
  ]

  @Test("formats are demanded when the options say so", arguments: formatNames)
  func formatCases(format: String) throws {
    try judge("optional/format/\(format).json", SchemaOptions(assertsFormats: true))
  }

  func judge(_ file: String, _ options: SchemaOptions) throws {
    let suite = try #require(OfficialSuite.fetched)
    var options = options
    options.documents = suite.documents
    var workspace = SchemaWorkspace()
    for group in try suite.groups(of: file) {
      let schema: Schema
      do { schema = try Schema(group.schema, options: options) } catch {
        Issue.record("\(group.description): \(error)")
        continue
      }
      for test in group.cases {
        let frame = FrameBytes(json: test.instance)
        let verdict = schema.accepts(frame, using: &workspace)
        let violations = try schema.violations(in: frame)
        #expect(verdict == test.isValid, "\(group.description): \(test.description)")
        #expect(violations.isEmpty == verdict, "\(group.description): \(test.description)")
      }
    }
  }
}
