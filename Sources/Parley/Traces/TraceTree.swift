import Store

/// The steps of a trace as a tree: who called whom, in which language, how long it took; and when, as a bar for each on one
/// line of time.
public struct TraceTree: Sendable {
  /// A part of a line, which may be coloured.
  public enum Part: Sendable {
    case place
    case time
    case bar
    case outcome
  }

  /// One line, before its columns are as wide as the widest of them.
  private struct Row {
    let span: SpanRecord
    /// The branches, then the name.
    let name: String
    var place: String { span.place }
    var time: String { TraceDuration.text(span.seconds) }
  }

  /// How many characters the whole trace is long.
  private static let timeline = 24

  private let trace: Trace
  private let style: @Sendable (String, Part) -> String

  /// A tree of a trace.
  ///
  /// - Parameter style: colours a part.
  public init(
    _ trace: Trace, style: @escaping @Sendable (String, Part) -> String = { text, _ in text }
  ) {
    self.trace = trace
    self.style = style
  }

  /// The tree as text, a line for each step.
  public var text: String {
    let lines = trace.roots.flatMap { rows($0, indent: "", branch: "") }
    let widths = [\Row.name, \Row.place, \Row.time].map { cell in
      lines.map { $0[keyPath: cell].count }.max() ?? 0
    }
    return lines.map { line($0, widths) }.joined()
  }

  private func line(_ row: Row, _ widths: [Int]) -> String {
    let outcome = row.span.outcome == .ok ? "" : row.span.outcome.rawValue
    let cells = [
      row.name.padded(to: widths[0]),
      style(row.place.padded(to: widths[1]), .place),
      style(row.time.padded(to: widths[2], onTheLeft: true), .time),
      bar(row.span),
      style(outcome, .outcome),
    ]
    return cells.prefix(outcome.isEmpty ? 4 : 5).joined(separator: "  ") + "\n"
  }

  private func rows(_ span: SpanRecord, indent: String, branch: String) -> [Row] {
    let children = trace.children(of: span)
    let inner = indent + (branch.isEmpty ? "" : branch == "└─ " ? "   " : "│  ")
    let below = children.enumerated().flatMap { index, child in
      rows(child, indent: inner, branch: index == children.count - 1 ? "└─ " : "├─ ")
    }
    return [Row(span: span, name: indent + branch + span.name)] + below
  }

  /// Where the step lies in the time of the trace, as wide as that when something follows it; nothing when the step is the
  /// only one.
  private func bar(_ span: SpanRecord) -> String {
    guard trace.spans.count > 1, trace.seconds > 0 else { return "" }
    let scale = Double(Self.timeline) / Double(trace.ended - trace.began)
    let first = min(Int(Double(span.requested - trace.began) * scale), Self.timeline - 1)
    let end = Int((Double(span.ended - trace.began) * scale).rounded())
    let length = max(1, end - first)
    let rest = span.outcome == .ok ? 0 : max(0, Self.timeline - first - length)
    return String(repeating: " ", count: first)
      + style(String(repeating: "━", count: length), .bar)
      + String(repeating: " ", count: rest)
  }
}

extension String {
  /// With spaces up to a width.
  func padded(to width: Int, onTheLeft: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, width - count))
    return onTheLeft ? spaces + self : self + spaces
  }
}
