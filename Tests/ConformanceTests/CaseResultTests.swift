import Foundation
import JSONSchema
import KernelProtocol
import Testing

@testable import Conformance

@Suite("Results as JSON")
struct CaseResultTests {
  @Test(
    "each verdict is as the schema of --json says",
    arguments: [
      Verdict.passed, .notApplicable("no threads"),
      .failed(problems: ["x is 1"], exchange: ["a → b"]),
    ])
  func schema(verdict: Verdict) throws {
    let run = CaseRun(table: "calls", name: "one", kernels: ["lua", "perl"])
    let result = CaseResult(run: run, verdict: verdict, seconds: 0.5).json
    let report: JSONValue = ["ok": true, "results": [result], "skipped": []]
    let violations = try Self.schema().violations(in: FrameBytes(report.description))
    #expect(violations.isEmpty, "\(violations)")
    #expect(result["verdict"]?.stringValue == verdict.word)
  }

  @Test("the schema refuses what it does not know")
  func refusal() throws {
    let report: JSONValue = ["ok": true, "results": [["verdict": "perhaps"]], "skipped": []]
    #expect(try !Self.schema().violations(in: FrameBytes(report.description)).isEmpty)
  }

  private static func schema() throws -> Schema {
    let file = try TableFile.read(SuiteFixture.shipped + "/schemas/output.schema.json")
    return try Schema(try #require(file["$defs"]?["conformance"]))
  }
}
