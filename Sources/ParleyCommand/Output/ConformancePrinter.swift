import Conformance
import Parley
import Synchronization

/// Shows the results of the conformance suite: where it is, failures as they come, then a table of what was examined.
///
/// Several cases end at once, so each piece of text is written as a whole.
final class ConformancePrinter: Sendable {
  private struct State {
    var played = 0
    var failed = 0
    /// Whether the terminal's last line is the one that tells where the suite is.
    var hasProgressLine = false
    /// How many cases of each table are still to come, for those who read the output later.
    var missing: [String: Int]
  }

  private let terminal: Terminal
  /// The kernels that are examined: the columns of the table.
  private let examined: [String]
  private let total: Int
  /// Whether each case is shown, not only those that fail.
  private let isVerbose: Bool
  private let state: Mutex<State>

  init(_ terminal: Terminal, examining examined: [String], _ runs: [CaseRun], isVerbose: Bool) {
    self.terminal = terminal
    self.examined = examined
    total = runs.count
    self.isVerbose = isVerbose
    state = Mutex(State(missing: Dictionary(grouping: runs, by: \.table).mapValues(\.count)))
  }

  /// Shows one result.
  func show(_ result: CaseResult) {
    let text = ConformanceText(terminal)
    state.withLock { state in
      state.played += 1
      state.failed += result.hasFailed ? 1 : 0
      state.missing[result.run.table, default: 1] -= 1
      var output = ""
      if state.hasProgressLine { output += Terminal.startOfLine }
      if isVerbose || result.hasFailed { output += text.details(result) + "\n" }
      output += terminal.isInteractive ? progress(state, result) : milestone(state, result)
      state.hasProgressLine = terminal.isInteractive
      terminal.write(output)
    }
  }

  /// `512/1092  2 failed  streams: all items come … [lua → perl]`
  private func progress(_ state: State, _ result: CaseResult) -> String {
    let failed = state.failed == 0 ? "" : "  \(state.failed) failed"
    let line = "\(state.played)/\(total)\(failed)  \(result.run)"
    return terminal.style(String(line.prefix(terminal.width - 1)), .dim)
  }

  /// A line when the last case of a table has ended: `512/1092  streams has ended`
  private func milestone(_ state: State, _ result: CaseResult) -> String {
    guard state.missing[result.run.table] == 0 else { return "" }
    return "\(state.played)/\(total)  \(result.run.table) has ended\n"
  }

  /// Shows how many passed, by table and examined kernel, and once more what failed.
  ///
  /// - Parameters:
  ///   - skipped: kernels that were not examined, each with the reason.
  ///   - seconds: how long it all took.
  func summarise(_ results: [CaseResult], skipped: [String], seconds: Double) {
    let wasMarked = state.withLock { state in
      defer { state.hasProgressLine = false }
      return state.hasProgressLine
    }
    terminal.write(wasMarked ? Terminal.startOfLine : "\n")
    let text = ConformanceText(terminal)
    guard !results.isEmpty else { return terminal.line("No case was played.") }
    var lines = [text.table(results, examined), ""]
    lines += text.exceptions(results)
    lines += skipped.map { "not examined: \($0)" }
    if results.count < total {
      lines.append("ended early: \(results.count) of \(total) cases were played")
    }
    lines.append(text.verdict(results, seconds: seconds))
    terminal.line(lines.joined(separator: "\n"))
  }
}
