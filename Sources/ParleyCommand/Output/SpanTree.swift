import Parley

/// The spans of one trace as a tree: who called whom, in which language, how long it took; and when,
/// as a bar for each span on one line of time.
struct SpanTree {
  /// One line, before its columns are as wide as the widest of them.
  private struct Row {
    let span: Span
    /// The branches, then the name.
    let name: String
    var place: String { "\(span.plugin) (\(span.language))" }
    var time: String { SpanTree.milliseconds(span.seconds) }
  }

  /// How many characters the whole trace is long.
  private static let timeline = 24

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
    let lines = roots.flatMap { rows($0, indent: "", branch: "") }
    let widths = [\Row.name, \Row.place, \Row.time].map { cell in
      lines.map { $0[keyPath: cell].count }.max() ?? 0
    }
    return lines.map { line($0, widths) }.joined()
  }

  private func line(_ row: Row, _ widths: [Int]) -> String {
    let outcome = row.span.outcome == .ok ? "" : row.span.outcome.rawValue
    let cells = [
      row.name.padded(to: widths[0]),
      terminal.style(row.place.padded(to: widths[1]), .cyan),
      terminal.style(row.time.padded(to: widths[2], onTheLeft: true), .dim),
      bar(row.span),
      terminal.style(outcome, .red),
    ]
    return cells.prefix(outcome.isEmpty ? 4 : 5).joined(separator: "  ") + "\n"
  }

  private func rows(_ span: Span, indent: String, branch: String) -> [Row] {
    let children = spans.filter { $0.trace.parentSpan == span.trace.span }
    let inner = indent + (branch.isEmpty ? "" : branch == "└─ " ? "   " : "│  ")
    let below = children.enumerated().flatMap { index, child in
      rows(child, indent: inner, branch: index == children.count - 1 ? "└─ " : "├─ ")
    }
    return [Row(span: span, name: indent + branch + span.name)] + below
  }

  /// Where the span lies in the time of the trace, as wide as that when something follows it; nothing
  /// when the span is the only one.
  private func bar(_ span: Span) -> String {
    guard spans.count > 1, let start = spans.first?.requested,
      let end = spans.map(\.ended).max(), start < end
    else { return "" }
    let scale = Double(Self.timeline) / start.seconds(to: end)
    let first = min(Int(start.seconds(to: span.requested) * scale), Self.timeline - 1)
    let length = max(1, Int((start.seconds(to: span.ended) * scale).rounded()) - first)
    let rest = span.outcome == .ok ? 0 : max(0, Self.timeline - first - length)
    return String(repeating: " ", count: first)
      + terminal.style(String(repeating: "━", count: length), .green)
      + String(repeating: " ", count: rest)
  }

  private static func milliseconds(_ seconds: Double) -> String {
    let hundredths = Int((seconds * 100_000).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) ms"
  }
}

extension String {
  /// With spaces up to a width.
  fileprivate func padded(to width: Int, onTheLeft: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, width - count))
    return onTheLeft ? spaces + self : self + spaces
  }
}
