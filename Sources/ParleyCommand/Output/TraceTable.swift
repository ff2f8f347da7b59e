import Parley

/// Recent traces, a row for each, and how a trace ended in a line.
struct TraceTable {
  private let traces: [Trace]

  /// How much of an id is shown: enough to tell some thousands apart.
  private static let idLength = 12

  /// A table of traces.
  init(_ traces: [Trace]) { self.traces = traces }

  /// The table as text.
  func text(for terminal: Terminal) -> String {
    var table = Table(["TRACE", "WHEN", "TIME", "STEPS", "NAME", "PLUGINS", "STATE"])
    for trace in traces {
      table.append([
        String(trace.id.prefix(Self.idLength)), LocalTime.text(nanoseconds: trace.began),
        "\(Int((trace.seconds * 1_000).rounded(.up))) ms", String(trace.spans.count), trace.name,
        trace.plugins.joined(separator: " "), Self.state(of: trace),
      ])
    }
    return table.text(for: terminal)
  }

  /// The trace's id and its state.
  static func headline(of trace: Trace, for terminal: Terminal) -> String {
    let state = state(of: trace)
    let isGood = trace.state == .ok
    return "\(terminal.style(trace.id, .bold))  \(terminal.style(state, isGood ? .green : .red))\n"
  }

  /// The state, and the step that failed.
  private static func state(of trace: Trace) -> String {
    guard case .failed(let outcome, let step) = trace.state else { return trace.state.word }
    let place = step.plugin.isEmpty ? "" : " in \(step.plugin)"
    let message = step.message.map { ": " + $0.prefix { !$0.isNewline } } ?? ""
    return "\(outcome) at \(step.name)\(place)\(message)"
  }
}
