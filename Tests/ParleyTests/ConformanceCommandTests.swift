import Foundation
import Testing

@Suite("parley conformance", .timeLimit(.minutes(5)))
struct ConformanceCommandTests {
  private static let right = #"{"call": "a.echo", "params": {"value": 1}, "expect": {"value": 1}}"#
  private static let wrong = #"{"call": "a.echo", "params": {"value": 1}, "expect": {"value": 2}}"#

  @Test(
    "cases that pass are counted in a table, and the status is 0", arguments: Language.installed)
  func passing(language: Language) async throws {
    let result = try await run(["one": Self.right, "two": Self.right], language)
    #expect(result.status == 0)
    #expect(result.output.contains("trial  2\n"), "\(result.output)")
    #expect(result.output.contains("2 passed, 0 failed, 0 not applicable in "))
    #expect(!result.output.contains("\u{1B}"), "colours where there is no terminal")
  }

  @Test("a failure is shown with its reason and the messages, and the status is 1")
  func failing() async throws {
    guard let language = Language.installed.first else { return }
    let result = try await run(["one": Self.right, "two": Self.wrong], language)
    #expect(result.status == 1)
    #expect(result.output.contains("✗ trial: two [\(language)]"), "\(result.output)")
    #expect(result.output.contains("step 1: the value is 1, expected 2"))
    #expect(result.output.contains(#"operator → parley  call_request a.echo  {"value":1}"#))
    #expect(result.output.contains("trial  1/2 ✗\n"))
  }

  @Test("with --json standard output is one object, and --junit writes a file")
  func reports() async throws {
    guard let language = Language.installed.first else { return }
    let tables = try TablesFixture(["one": Self.right, "two": Self.wrong])
    let file = tables.temporary + "/junit.xml"
    let result = try await run(tables, language, "--json", "--junit", file)
    #expect(result.json["ok"] as? Bool == false)
    let rows = result.json["results"] as? [[String: Any]] ?? []
    #expect(rows.map { $0["verdict"] as? String } == ["passed", "failed"])
    #expect((rows.last?["problems"] as? [String])?.first?.contains("expected 2") == true)
    let xml = try String(contentsOfFile: file, encoding: .utf8)
    #expect(xml.contains(#"tests="2" failures="1""#))
  }

  @Test("a kernel that is not there is an error that says so")
  func unknown() async throws {
    let result = try await ParleyProgram.run(["conformance", "--kernel", "cobol"])
    #expect(result.status == 1)
    #expect(result.errors.contains("cobol cannot be examined: there is no such kernel"))
  }

  @Test("a mistake in a table is told with its place")
  func mistake() async throws {
    let tables = try TablesFixture(["one": #"{"cal": "a.echo"}"#])
    let result = try await ParleyProgram.run(["conformance"], environment: tables.environment)
    #expect(result.status == 1)
    #expect(result.errors.contains("10-trial.json, case 1 (one), step 1: unknown key \"cal\""))
  }

  @Test("no jobs at all are a mistake of usage")
  func usage() async throws {
    let result = try await ParleyProgram.run(["conformance", "--jobs", "0"])
    #expect(result.status == 2)
    #expect(result.errors.contains("--jobs must be 1 or more"))
  }

  @Test("^C ends it with 130, tells how far it came, and leaves no process and no file")
  func interrupted() async throws {
    guard let language = Language.installed.first else { return }
    let tables = try TablesFixture(["one": Self.right, "two": #"{"until": {"type": "log"}}"#])
    let program = try RunningProgram(
      ["conformance", "--verbose", "--kernel", language.rawValue], environment: tables.environment)
    await program.waitForOutput(containing: "✓ trial: one")
    #expect(!tables.processes.isEmpty)
    program.signal(SIGINT)
    let result = await program.result()
    #expect(result.status == 130)
    #expect(result.output.contains("ended early: 1 of 2 cases were played"), "\(result.output)")
    #expect(tables.processes == [])
    #expect(tables.leftovers == [])
  }

  private func run(
    _ cases: KeyValuePairs<String, String>, _ language: Language
  ) async throws -> ParleyProgram.Result {
    try await run(try TablesFixture(cases), language)
  }

  private func run(
    _ tables: TablesFixture, _ language: Language, _ options: String...
  ) async throws -> ParleyProgram.Result {
    try await ParleyProgram.run(
      ["conformance", "--kernel", language.rawValue] + options, environment: tables.environment)
  }
}
