import Parley

/// The spans of one trace as a tree: who called whom, in which language, how long it took.
struct SpanTree {
  private let spans: [Span]
  private let terminal: Terminal

  /// A tree of the spans of the trace that the last of them belongs to.
  init(_ spans: [Span], for terminal: Terminal) {
    let trace = spans.last?.trace.traceID
    self.spans = spans.filter { $0.trace.traceID == trace }.sorted { $0.requested < $1.requested }
    self.terminal = terminal
  }

  /// The tree as text, a line for each span.
  var text: String {
    let known = Set(spans.map(\.trace.span))
    let roots = spans.filter { span in
      span.trace.parentSpan.map { !known.contains($0) } ?? true
    }
    return roots.map { lines($0, indent: "", branch: "") }.joined()
  }

  private func lines(_ span: Span, indent: String, branch: String) -> String {
    let children = spans.filter { $0.trace.parentSpan == span.trace.span }
    let outcome = span.outcome == .ok ? "" : " " + terminal.style(span.outcome.rawValue, .red)
    let time = terminal.style(milliseconds(span.seconds), .dim)
    let place = terminal.style("\(span.plugin) (\(span.language))", .cyan)
    var text = "\(indent)\(branch)\(span.name)  \(place)  \(time)\(outcome)\n"
    let inner = indent + (branch.isEmpty ? "" : branch == "└─ " ? "   " : "│  ")
    for (index, child) in children.enumerated() {
      text += lines(
        child, indent: inner, branch: index == children.count - 1 ? "└─ " : "├─ ")
    }
    return text
  }

  private func milliseconds(_ seconds: Double) -> String {
    let hundredths = Int((seconds * 100_000).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) ms"
  }
}
