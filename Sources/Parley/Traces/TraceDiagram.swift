import Store

/// A trace as a sequence diagram in plain text.
public struct TraceDiagram: Sendable {
  /// Room between two lifelines at least.
  private static let gap = 6

  private let sequence: TraceSequence
  /// Where the lifelines are.
  private let columns: [Int]

  /// A diagram of a trace.
  public init(_ trace: Trace) {
    sequence = TraceSequence(trace)
    columns = Self.columns(of: sequence)
  }

  /// The diagram, a line for each arrow.
  public var text: String {
    let lines = [header] + sequence.steps.map(line)
    return lines.map { $0.trimmedAtEnd + "\n" }.joined()
  }

  private var header: String {
    var line = DiagramLine(columns: [])
    for (participant, column) in zip(sequence.participants, columns) {
      line.write(participant.title, at: column)
    }
    return line.text
  }

  private func line(_ step: TraceSequence.Step) -> String {
    var line = DiagramLine(columns: columns)
    switch step {
    case .call(let from, let to, let label): draw(&line, from, to, label, dash: "─", head: "▶◀")
    case .event(let from, let to, let label): draw(&line, from, to, label, dash: "┄", head: "▷◁")
    case .reply(let from, let to, let label, let isError):
      draw(&line, from, to, (isError ? "✗ " : "") + label, dash: "┄", head: "▶◀")
    case .note(let place, let label): line.write("● " + label, at: columns[place])
    }
    return line.text
  }

  /// Draws an arrow; one to oneself is a hook on the right.
  private func draw(
    _ line: inout DiagramLine, _ from: Int, _ to: Int, _ label: String, dash: Character,
    head: String
  ) {
    let heads = Array(head)
    guard from != to else {
      return line.write("\(dash)↩ \(label)", at: columns[from] + 1)
    }
    let (left, right) = (min(columns[from], columns[to]), max(columns[from], columns[to]))
    for column in left + 1..<right { line.put(dash, at: column) }
    line.write(" \(label) ", at: left + 2 + (from < to ? 0 : 1))
    line.put(from < to ? heads[0] : heads[1], at: from < to ? right - 1 : left + 1)
  }

  /// Each column is as far to the right as the titles and labels before it need.
  private static func columns(of sequence: TraceSequence) -> [Int] {
    let count = sequence.participants.count
    guard count > 0 else { return [] }
    var columns = [0]
    for place in 1..<max(count, 1) + 0 where place < count {
      var column = columns[place - 1] + sequence.participants[place - 1].title.count + gap / 2
      for step in sequence.steps {
        guard let (left, width) = need(of: step, before: place) else { continue }
        column = max(column, columns[left] + width + gap)
      }
      columns.append(column)
    }
    return columns
  }

  /// What an arrow that ends at a column needs between it and its other end.
  private static func need(
    of step: TraceSequence.Step, before place: Int
  ) -> (left: Int, width: Int)? {
    let (from, to, width) =
      switch step {
      case .call(let from, let to, let label), .event(let from, let to, let label):
        (from, to, label.count)
      case .reply(let from, let to, let label, let isError):
        (from, to, label.count + (isError ? 2 : 0))
      case .note(let at, _): (at, at, 0)
      }
    guard max(from, to) == place, from != to else { return nil }
    return (min(from, to), width)
  }
}
