import Testing

@testable import Conformance

@Suite("JUnit's XML")
struct JUnitReportTests {
  @Test("suites by table, with what failed, what was left out and why, and the times")
  func report() {
    let results = [
      result("calls", "one", .passed, 0.25),
      result("calls", "two", .notApplicable("no threads"), 0),
      result("life", "three", .failed(problems: ["it died", "badly"], exchange: ["a → b"]), 1.5),
    ]
    #expect(
      JUnitReport(results).text == """
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="parley conformance" tests="3" failures="1" skipped="1" time="1.75">
          <testsuite name="calls" tests="2" failures="0" skipped="1" time="0.25">
            <testcase classname="calls.lua → perl" name="one [lua → perl]" time="0.25"/>
            <testcase classname="calls.lua → perl" name="two [lua → perl]" time="0.0"><skipped message="no threads"/></testcase>
          </testsuite>
          <testsuite name="life" tests="1" failures="1" skipped="0" time="1.5">
            <testcase classname="life.lua → perl" name="three [lua → perl]" time="1.5"><failure message="it died">it died
        badly

        Messages:
        a → b</failure></testcase>
          </testsuite>
        </testsuites>

        """)
  }

  @Test("what XML gives a meaning, and what it cannot carry, does no harm")
  func escaping() {
    let problem = "<a & \"b\">\u{0}\u{1B}[0m\u{FFFF}"
    let text = JUnitReport([
      result("t", "c", .failed(problems: [problem], exchange: []), 0)
    ]).text
    #expect(text.contains("&lt;a &amp; &quot;b&quot;&gt;\u{FFFD}\u{FFFD}[0m\u{FFFD}"))
  }

  private func result(
    _ table: String, _ name: String, _ verdict: Verdict, _ seconds: Double
  ) -> CaseResult {
    CaseResult(
      run: CaseRun(table: table, name: name, kernels: ["lua", "perl"]), verdict: verdict,
      seconds: seconds)
  }
}
