import Broker
import KernelProtocol
import Logging

/// Writes what happens in an orchestrator to an application's log.
struct ReportLog: Sendable {
  private let logger: Logger

  init(_ logger: Logger) { self.logger = logger }

  /// Writes all reports of a stream, until it ends.
  func follow(_ reports: AsyncStream<OrchestratorReport>) async {
    // Shielded, because the orchestrator has things to say while it stops.
    await Task { for await report in reports { write(report) } }.value
  }

  /// Writes one report, if it is one for a log.
  func write(_ report: OrchestratorReport) {
    switch report {
    case .broker(let report): write(report)
    case .rawOutput(let source, let language, let stream, let text):
      output(source, language, stream, text)
    case .refused(let source, let reason): log(.warning, "refused: \(reason)", source)
    case .deadLetter(let plugin, let event, let attempts):
      log(.error, "\(event) is a dead letter after \(attempts) attempts", plugin)
    case .storeFailed(let description): logger.error("\(description)")
    case .exited(let source, let description, let expected) where !expected:
      log(.error, "the kernel \(description)", source)
    case .configured(let change):
      logger.notice("\(change)")
      for problem in change.problems { logger.warning("\(problem)") }
    case .launched, .exited, .message: break
    }
  }

  private func write(_ report: BrokerReport) {
    switch report {
    case .plugin(let name, .failed(let error)): log(.error, "\(Self.text(error))", name)
    case .departed(let name, let error?): log(.warning, "\(Self.text(error))", name)
    case .departed(let name, nil): log(.info, "has left", name)
    case .plugin(let name, let state): log(.debug, "\(state.word)", name)
    case .log(let source, let language, let level, let message, let fields):
      log(
        Logger.Level(rawValue: level) ?? .info, "\(message)", source,
        Self.metadata(of: fields).merging(["language": "\(language)"]) { own, _ in own })
    case .output(let source, let language, let stream, let text):
      output(source, language, stream, text)
    case .handlerFailed(let plugin, let handler, let error):
      log(.error, "\(handler) failed: \(Self.text(error))", plugin)
    case .deadLetter(_, let letter):
      let event = letter.occurrence.event
      log(.error, "\(event) is a dead letter after \(letter.attempts) attempts", letter.plugin)
    case .dropped(let source, let reason): log(.debug, "dropped: \(reason.word)", source)
    case .greeted, .opened, .span: break
    }
  }

  /// What a plugin printed: a line of the log for each line.
  private func output(_ source: String, _ language: String, _ stream: String, _ text: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      log(.info, "\(line)", source, ["language": "\(language)", "stream": "\(stream)"])
    }
  }

  private func log(
    _ level: Logger.Level, _ message: Logger.Message, _ plugin: String,
    _ metadata: Logger.Metadata = [:]
  ) {
    logger.log(
      level: level, message, metadata: metadata.merging(["plugin": "\(plugin)"]) { _, own in own })
  }

  private static func metadata(of fields: JSONValue) -> Logger.Metadata {
    let pairs = fields.objectValue?.map { ($0.key, Logger.MetadataValue.string(text($0.value))) }
    return Dictionary(pairs ?? []) { first, _ in first }
  }

  /// The error in a line, with the place where it was raised.
  private static func text(_ error: OutcomeError) -> String {
    let what = error.ename.map { "\($0): \(error.evalue ?? error.message)" } ?? error.message
    return error.frames.last.map { "\(what) (\($0.file):\($0.line))" } ?? what
  }

  private static func text(_ value: JSONValue) -> String { value.stringValue ?? value.description }
}
