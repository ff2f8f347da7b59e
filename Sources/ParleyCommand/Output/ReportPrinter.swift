import Parley
import Synchronization

/// Prints what happens in an orchestrator, line by line: time, plugin, language, text.
final class ReportPrinter: Sendable {
  private let terminal: Terminal
  /// Whether plugins that start are told of, and not only those that fail.
  private let showsStarts: Bool
  private let partial = Mutex<[String: String]>([:])

  /// A printer to a stream.
  init(terminal: Terminal, showsStarts: Bool) {
    self.terminal = terminal
    self.showsStarts = showsStarts
  }

  /// Prints all reports of a stream, until it ends.
  func follow(_ reports: AsyncStream<OrchestratorReport>) {
    Task {
      for await report in reports { print(report) }
      flush()
    }
  }

  /// Prints one report, if it is for people.
  func print(_ report: OrchestratorReport) {
    switch report {
    case .broker(let report): print(report)
    case .rawOutput(let source, let language, let stream, let text):
      output(source, language, stream, text)
    case .refused(let source, let reason):
      line(source, "", terminal.style("refused: \(reason)", .yellow))
    case .deadLetter(let plugin, let event, let attempts):
      deadLetter(plugin, event, attempts)
    case .storeFailed(let description):
      terminal.line(terminal.style("parley: \(description)", .yellow))
    case .configured(let change):
      terminal.line("parley: \(change)")
      for problem in change.problems { terminal.line(terminal.style("\(problem)", .yellow)) }
    case .launched, .exited, .message: break
    }
  }

  private func print(_ report: BrokerReport) {
    switch report {
    case .plugin(let name, let state): print(name, state)
    case .log(let source, let language, let level, let message, let fields):
      log(source, language, level, message, fields)
    case .output(let source, let language, let stream, let text):
      output(source, language, stream, text)
    case .handlerFailed(let plugin, let handler, let error):
      let text = ErrorText(error, for: terminal).text
      line(plugin, "", "\(handler) failed: " + text.trimmed)
    case .dropped(let source, .gap(let event, let missed)):
      line(source, "", terminal.style("missed \(missed) of \(event)", .yellow))
    case .dropped(let source, .overflow(let event)):
      line(source, "", terminal.style("had no room for \(event)", .yellow))
    case .deadLetter(_, let letter):
      deadLetter(letter.plugin, letter.occurrence.event, letter.attempts)
    case .dropped(let source, .unreadable(let reason)),
      .dropped(let source, .malformed(let reason)):
      line(source, "", terminal.style(reason, .yellow))
    case .departed(let plugin, let error): departed(plugin, error)
    case .dropped, .greeted, .opened, .span: break
    }
  }

  private func deadLetter(_ plugin: String, _ event: String, _ attempts: Int) {
    let count = attempts == 1 ? "1 attempt" : "\(attempts) attempts"
    let what = "\(event) is a dead letter after \(count): see parley dead-letters list"
    line(plugin, "", terminal.style(what, .red))
  }

  private func departed(_ plugin: String, _ error: OutcomeError?) {
    line(
      plugin, "", error.map { terminal.style("is gone", .yellow) + ": \($0.message)" } ?? "has left"
    )
  }

  private func print(_ plugin: String, _ state: PluginState) {
    if let error = state.error {
      let what = terminal.style(Self.end(state), .red)
      line(
        plugin, "", what + ": " + ErrorText(error, for: terminal, showsOutcome: false).text.trimmed)
      return
    }
    guard state == .started else { return }
    if showsStarts { line(plugin, "", terminal.style("started", .green)) }
  }

  private static func end(_ state: PluginState) -> String {
    switch state {
    case .restarting: "has ended and is started again"
    case .quarantined: "is quarantined, because it has ended too often"
    default: "did not start"
    }
  }

  private func log(
    _ source: String, _ language: String, _ level: String, _ message: String, _ fields: JSONValue
  ) {
    let style: Terminal.Style = level == "error" ? .red : level == "warning" ? .yellow : .dim
    let extra = fields.objectValue.map { $0.isEmpty ? "" : " " + fields.description } ?? ""
    line(source, language, terminal.style(level, style) + " " + message + extra)
  }

  /// Prints whole lines; the rest waits for what follows it.
  private func output(_ source: String, _ language: String, _ stream: String, _ text: String) {
    let key = "\(source)/\(stream)"
    let lines = partial.withLock { partial -> [Substring] in
      var parts = ((partial[key] ?? "") + text).split(
        separator: "\n", omittingEmptySubsequences: false)
      partial[key] = parts.popLast().map(String.init)
      return parts
    }
    for text in lines { line(source, language, String(text)) }
  }

  private func flush() {
    let rest = partial.withLock { $0 }
    for (key, text) in rest.sorted(by: { $0.key < $1.key }) where !text.isEmpty {
      line(key.split(separator: "/").first.map(String.init) ?? key, "", text)
    }
  }

  private func line(_ source: String, _ language: String, _ text: String) {
    let time = terminal.style(LocalTime.now(), .dim)
    let name = terminal.style(source, .cyan)
    let tongue = language.isEmpty ? "" : " " + terminal.style("(\(language))", .dim)
    terminal.line("\(time) \(name)\(tongue): \(text)")
  }
}

extension String {
  /// Without the line end that it may have.
  fileprivate var trimmed: String { hasSuffix("\n") ? String(dropLast()) : self }
}
