import Conformance
import Parley

/// Shows the results of the conformance suite: failures as they come, then a table of kernels and tables.
struct ConformancePrinter: Sendable {
  let terminal: Terminal
  /// Kernels that are not examined, each with the reason.
  let obstacles: [String]

  /// Shows one result.
  func show(_ result: CaseResult) {
    switch result.verdict {
    case .passed: terminal.line("\(terminal.style("✓", .green)) \(result.run)")
    case .notApplicable(let reason):
      terminal.line("\(terminal.style("–", .dim)) \(result.run)  \(terminal.style(reason, .dim))")
    case .failed(let problems, let exchange):
      terminal.line("\(terminal.style("✗", .red)) \(result.run)")
      for problem in problems { terminal.line("    \(terminal.style(problem, .red))") }
      for line in exchange { terminal.line("      \(terminal.style(line, .dim))") }
    }
  }

  /// Shows how many passed, by table and examined kernel.
  func summarise(_ results: [CaseResult]) {
    guard !results.isEmpty else { return terminal.line("No case was played.") }
    var tables: [String] = []
    for result in results where !tables.contains(result.run.table) {
      tables.append(result.run.table)
    }
    let kernels = Set(results.compactMap(\.run.kernels.first)).sorted()
    var rows = Table([""] + kernels)
    for name in tables {
      let own = results.filter { $0.run.table == name }
      rows.append(
        [name] + kernels.map { kernel in cell(own.filter { $0.run.kernels.first == kernel }) })
    }
    terminal.line()
    terminal.line(rows.text(for: terminal))
    terminal.line()
    for obstacle in obstacles { terminal.line("not examined: \(obstacle)") }
    terminal.line(verdict(results))
  }

  private func cell(_ results: [CaseResult]) -> String {
    let failed = results.count(where: \.hasFailed)
    let applicable = results.count { $0.verdict.word != "not_applicable" }
    return failed == 0 ? "\(applicable)" : "\(applicable - failed)/\(applicable) ✗"
  }

  private func verdict(_ results: [CaseResult]) -> String {
    let failed = results.count(where: \.hasFailed)
    let skipped = results.count { $0.verdict.word == "not_applicable" }
    let passed = results.count - failed - skipped
    let words = "\(passed) passed, \(failed) failed, \(skipped) not applicable"
    return terminal.style(words, failed == 0 ? .green : .red)
  }
}
