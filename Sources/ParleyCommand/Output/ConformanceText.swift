import Conformance
import Foundation
import Parley

/// How results of the conformance suite read.
struct ConformanceText {
  private let terminal: Terminal

  init(_ terminal: Terminal) { self.terminal = terminal }

  /// One result, with everything that is known of a failure.
  func details(_ result: CaseResult) -> String {
    switch result.verdict {
    case .passed: return "\(terminal.style("✓", .green)) \(result.run)"
    case .notApplicable(let reason):
      return "\(terminal.style("–", .dim)) \(result.run)  \(terminal.style(reason, .dim))"
    case .failed(let problems, let exchange):
      let lines =
        ["\(terminal.style("✗", .red)) \(result.run)"]
        + problems.map { "    " + terminal.style($0, .red) }
        + exchange.map { "      " + terminal.style($0, .dim) }
      return lines.joined(separator: "\n")
    }
  }

  /// How many passed, by table and kernel. A pair counts for the kernel that stands first among those examined.
  func table(_ results: [CaseResult], _ examined: [String]) -> String {
    var names: [String] = []
    for result in results where !names.contains(result.run.table) { names.append(result.run.table) }
    var rows = Table([""] + examined)
    for name in names {
      let own = results.filter { $0.run.table == name }
      rows.append(
        [name]
          + examined.map { kernel in
            cell(own.filter { $0.run.kernels.first(where: examined.contains) == kernel })
          })
    }
    return rows.text(for: terminal)
  }

  private func cell(_ results: [CaseResult]) -> String {
    let failed = results.count(where: \.hasFailed)
    let applicable = results.count { $0.verdict.word != "not_applicable" }
    if applicable == 0 { return "–" }
    return failed == 0 ? "\(applicable)" : "\(applicable - failed)/\(applicable) ✗"
  }

  /// What did not pass, a line each: what does not apply by its reason, what failed by its first problem.
  func exceptions(_ results: [CaseResult]) -> [String] {
    var reasons: [String] = []
    var failures: [String] = []
    for result in results {
      switch result.verdict {
      case .passed: break
      case .notApplicable(let reason):
        if !reasons.contains(reason) { reasons.append(reason) }
      case .failed(let problems, _):
        failures.append("\(terminal.style("✗", .red)) \(result.run)\n    \(problems.first ?? "")")
      }
    }
    return failures + reasons.map { "not applicable: \($0)" }
  }

  /// `752 passed, 0 failed, 8 not applicable in 62 s`
  func verdict(_ results: [CaseResult], seconds: Double) -> String {
    let failed = results.count(where: \.hasFailed)
    let skipped = results.count { $0.verdict.word == "not_applicable" }
    let passed = results.count - failed - skipped
    let words = "\(passed) passed, \(failed) failed, \(skipped) not applicable"
    let time = seconds < 10 ? String(format: "%.1f", seconds) : String(format: "%.0f", seconds)
    return terminal.style(words, failed == 0 ? .green : .red) + " in \(time) s"
  }
}
