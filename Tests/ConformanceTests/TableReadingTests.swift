import Foundation
import KernelProtocol
import Testing

@testable import Conformance

@Suite("Reading the tables")
struct TableReadingTests {
  @Test("the tables that come with Parley can be read")
  func shipped() throws {
    let tables = try ConformanceTables(specs: SuiteFixture.shipped)
    #expect(tables.tables.count > 10)
    #expect(tables.tables.allSatisfy { !$0.cases.isEmpty })
  }

  @Test(
    "a mistake in a step is told with its place",
    arguments: [
      (#"{"call": "a.echo", "parms": {}}"#, #"unknown key "parms""#),
      (#"{"call": "a.echo", "emit": "a:tick"}"#, "a step does one thing of"),
      (#"{"expect": {}}"#, "a step does one thing of"),
      (#"{"call": 1}"#, #""call" must be text"#),
      (#"{"call": "a.echo", "timeout": "1"}"#, #""timeout" must be a number"#),
      (#"{"call": "a.echo", "expect": {"valu": 1}}"#, #"unknown key "valu""#),
      (#"{"call": "a.echo", "expect": {"value": {"$contians": 1}}}"#, #"unknown rule "$contians""#),
      (
        #"{"call": "a.echo", "expect": {"error": {"frames": {"$every": {"$field": {}}}}}}"#,
        #"unknown rule "$field""#
      ),
      (#"{"end": "x"}"#, #"nothing was begun as "x""#),
      (#"{"release": "x"}"#, #"nothing was begun as "x""#),
      (#"{"cancel": ["x"]}"#, #""cancel" must be text"#),
      (#"{"call": "a.echo", "as": "x"}, {"call": "a.echo", "as": "x"}"#, #""x" was begun before"#),
      (#"{"call": "a.echo", "as": "x"}"#, #""x" is never ended"#),
      (#"{"hold": "a.numbers"}"#, #""hold" needs a name"#),
      (#"{"signal": "INT", "plugin": "b"}"#, #"there is no plugin "b""#),
      (#"{"signal": "HUP", "plugin": "a"}"#, "\"signal\" is one of INT, KILL, TERM"),
      (#"{"until": {"form": "a"}}"#, #"unknown key "form""#),
    ])
  func step(steps: String, expected: String) throws {
    let fixture = try SuiteFixture(cases: SuiteFixture.table(steps: steps))
    let mistake = try #require(fixture.mistake())
    #expect(mistake.message.contains(expected), "\(mistake)")
    #expect(mistake.place.contains("10-trial.json, case 1 (trial)"), "\(mistake)")
  }

  @Test(
    "a mistake in a table is told",
    arguments: [
      (#"{"kernels": "some", "cases": []}"#, #""kernels" is "each", "pairs" or "circle""#),
      (#"{"kernels": "each", "cases": [{"name": "x", "steps": []}]}"#, "there are no steps"),
      (
        #"{"kernels": "each", "plugins": {"a": {"role": "nobody"}},"#
          + #" "cases": [{"name": "x", "steps": [{"call": "a.echo"}]}]}"#, #"no role "nobody""#
      ),
      (
        #"{"kernels": "each", "plugins": {"a": {"role": "station", "kernel": "sixth"}}, "cases": []}"#,
        #""kernel" is one of first"#
      ),
      (
        #"{"kernels": "each", "cases": [{"name": "x", "steps": [{"stop": true}]},"#
          + #" {"name": "x", "steps": [{"stop": true}]}]}"#, #"another case is named "x""#
      ),
    ])
  func table(text: String, expected: String) throws {
    let mistake = try #require(try SuiteFixture(cases: text).mistake())
    #expect(mistake.message.contains(expected), "\(mistake)")
  }

  @Test("a file that is no JSON is told with line and column")
  func syntax() throws {
    let mistake = try #require(try SuiteFixture(cases: "{\n  \"kernels\": oops\n}").mistake())
    #expect(mistake.place.hasSuffix("10-trial.json:2:14"), "\(mistake)")
  }

  @Test("no tables at all are a mistake too")
  func none() throws {
    #expect(try SuiteFixture().mistake()?.message == "there are no tables of cases")
  }
}
