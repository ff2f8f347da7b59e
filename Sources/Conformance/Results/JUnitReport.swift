import KernelProtocol

/// Results as the XML that continuous integration reads (the format of JUnit's Ant task): a suite for each table, a case
/// for each case and its kernels.
public struct JUnitReport: Sendable {
  private let results: [CaseResult]

  /// A report of results.
  public init(_ results: [CaseResult]) { self.results = results }

  /// The XML.
  public var text: String {
    var names: [String] = []
    for result in results where names.last != result.run.table { names.append(result.run.table) }
    let suites = names.map { name in suite(name, results.filter { $0.run.table == name }) }
    return """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="parley conformance"\(counts(results))>
      \(suites.joined(separator: "\n"))
      </testsuites>

      """
  }

  private func suite(_ name: String, _ results: [CaseResult]) -> String {
    let cases = results.map(testCase).joined(separator: "\n")
    return "  <testsuite name=\"\(escaped(name))\"\(counts(results))>\n\(cases)\n  </testsuite>"
  }

  private func counts(_ results: [CaseResult]) -> String {
    let skipped = results.count { $0.verdict.word == "not_applicable" }
    let seconds = results.reduce(0) { $0 + $1.seconds }
    return " tests=\"\(results.count)\" failures=\"\(results.count(where: \.hasFailed))\""
      + " skipped=\"\(skipped)\" time=\"\(rounded(seconds))\""
  }

  private func testCase(_ result: CaseResult) -> String {
    let kernels = result.run.kernels.joined(separator: " → ")
    let start =
      "    <testcase classname=\"\(escaped(result.run.table + "." + kernels))\""
      + " name=\"\(escaped("\(result.run.name) [\(kernels)]"))\" time=\"\(rounded(result.seconds))\""
    switch result.verdict {
    case .passed: return start + "/>"
    case .notApplicable(let reason):
      return start + "><skipped message=\"\(escaped(reason))\"/></testcase>"
    case .failed(let problems, let exchange):
      let details = (problems + ["", "Messages:"] + exchange).joined(separator: "\n")
      return start + "><failure message=\"\(escaped(problems.first ?? ""))\">\(escaped(details))"
        + "</failure></testcase>"
    }
  }

  private func rounded(_ seconds: Double) -> Double { (seconds * 1_000).rounded() / 1_000 }

  /// The text without what XML 1.0 gives a meaning or does not allow at all.
  private func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
