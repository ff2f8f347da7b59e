import Parley

/// An outcome in words: what happened, each language's frames in the order of the calls, and what caused it.
struct ErrorText {
  private let terminal: Terminal
  private(set) var text = ""

  /// An outcome, styled for a stream; its name may be left out where it is clear from what stands before.
  init(_ error: OutcomeError, for terminal: Terminal, showsOutcome: Bool = true) {
    self.terminal = terminal
    append(error, indent: "", showsOutcome: showsOutcome)
  }

  private mutating func append(_ error: OutcomeError, indent: String, showsOutcome: Bool = true) {
    let kind = showsOutcome ? terminal.style(error.outcome.rawValue, .red) + ": " : ""
    text += "\(indent)\(kind)\(headline(error))\n"
    text += frames(error.frames, indent: indent + "  ")
    let stderr = error.stderr
    if !stderr.isEmpty {
      text += "\(indent)  its last lines on standard error:\n"
      text += stderr.map { "\(indent)    \($0)\n" }.joined()
    }
    guard let cause = error.cause else { return }
    text += "\(indent)caused by\n"
    append(cause, indent: indent + "  ")
  }

  private func headline(_ error: OutcomeError) -> String {
    guard let name = error.ename, !error.message.hasPrefix(name) else { return nearest(error) }
    return "\(name): \(nearest(error))"
  }

  private func nearest(_ error: OutcomeError) -> String {
    guard !error.nearest.isEmpty, !error.message.contains("Did you mean") else {
      return error.message
    }
    return error.message + " Did you mean \(error.nearest.joined(separator: " or "))?"
  }

  private func frames(_ frames: [StackFrame], indent: String) -> String {
    let rows = frames.map { frame in
      (
        "\(frame.plugin ?? "?") (\(frame.language ?? "?"))",
        "\(frame.file):\(frame.line)", frame.function.map { "in \($0)" } ?? ""
      )
    }
    let first = rows.map(\.0.count).max() ?? 0
    let second = rows.map(\.1.count).max() ?? 0
    return rows.map { plugin, place, function in
      let line = "\(indent)\(padded(plugin, first))  \(padded(place, second))  \(function)"
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
