import Broker
import KernelProtocol

/// The one place through which everything passes that the orchestrator tells of its plugins.
struct Redaction {
  private(set) var redactor = Redactor()
  /// The ends of outputs that may be the beginnings of secrets, by where they were written.
  private var pending: [String: String] = [:]

  /// So many bytes wait at most; more can only be a secret that repeats itself without an end.
  private static let pendingLimit = 128 * 1024

  /// Looks for these secrets from now on, besides those before.
  mutating func add(_ secrets: [String: Secret]) { redactor.add(secrets) }

  /// What may be shown of an output now; a secret may come in two pieces, so an end that could be the beginning of one waits
  /// for what follows it.
  mutating func redact(chunk: String, from place: String) -> String {
    guard !redactor.isEmpty else { return chunk }
    let text = (pending.removeValue(forKey: place) ?? "") + chunk
    let count = redactor.pendingCount(text)
    guard count > 0, count <= Self.pendingLimit else { return redactor.redact(text) }
    let end = text.utf8.index(text.endIndex, offsetBy: -count)
    pending[place] = String(text[end...])
    return redactor.redact(String(text[..<end]))
  }

  /// What still waits of an output that has ended.
  mutating func end(of place: String) -> String? { pending.removeValue(forKey: place) }

  /// A report as it may be shown.
  mutating func redact(_ report: BrokerReport) -> BrokerReport {
    guard !redactor.isEmpty else { return report }
    switch report {
    case .plugin(let name, let state): return .plugin(name, redact(state))
    case .log(let source, let language, let level, let message, let fields):
      return .log(
        source: source, language: language, level: level, message: redactor.redact(message),
        fields: redactor.redact(fields))
    case .output(let source, let language, let stream, let text):
      return .output(
        source: source, language: language, stream: stream,
        text: redact(chunk: text, from: Self.place(source, stream)))
    case .departed(let plugin, let error): return .departed(plugin: plugin, error.map(redact))
    case .handlerFailed(let plugin, let handler, let error):
      return .handlerFailed(plugin: plugin, handler: handler, redact(error))
    case .deadLetter(let number, let letter):
      return .deadLetter(number: number, letter.failed(with: redact(letter.error)))
    case .span(var span):
      span.message = span.message.map(redactor.redact)
      return .span(span)
    case .dropped(let source, .unreadable(let reason)):
      return .dropped(source: source, reason: .unreadable(redactor.redact(reason)))
    case .dropped(let source, .malformed(let reason)):
      return .dropped(source: source, reason: .malformed(redactor.redact(reason)))
    case .dropped, .greeted, .opened: return report
    }
  }

  /// An error as it may be shown.
  func redact(_ error: OutcomeError) -> OutcomeError {
    guard !redactor.isEmpty else { return error }
    let details = redactor.redact(.object(error.details)).objectValue ?? [:]
    return OutcomeError(error.outcome, redactor.redact(error.message), details: details)
  }

  /// How an attempt to deliver an event ended, as it may be kept.
  func redact(_ result: DeliveryResult) -> DeliveryResult {
    switch result {
    case .failed(let error, let seconds): .failed(redact(error), retryAfter: seconds)
    case .givenUp(let error): .givenUp(redact(error))
    case .handled, .notStarted: result
    }
  }

  /// A message to the application or to a command as it may be sent. Values that plugins pass on are whole; errors and output,
  /// which end in somebody's log, are redacted.
  func redact(_ envelope: Envelope) -> Envelope {
    guard !redactor.isEmpty, !Self.isData(envelope),
      let content = try? JSONParser().parse(envelope.content)
    else { return envelope }
    return Envelope(
      header: envelope.header, parentHeader: envelope.parentHeader, metadata: envelope.metadata,
      content: FrameBytes(json: redactor.redact(content)), buffers: envelope.buffers)
  }

  /// What shims say was printed: how it is named as a place of output.
  static func place(_ source: String, _ stream: String) -> String { "\(source)/\(stream)" }

  private static func isData(_ envelope: Envelope) -> Bool {
    switch envelope.type.known {
    case .callRequest, .event, .yieldItem, .cancel, .credit: true
    case .callReply: (try? MessageMetadata(reading: envelope.metadata))?.outcome == .ok
    default: false
    }
  }

  private func redact(_ state: PluginState) -> PluginState {
    switch state {
    case .failed(let error): .failed(redact(error))
    case .quarantined(let error): .quarantined(redact(error))
    case .restarting(let error): .restarting(error.map(redact))
    case .starting, .loading, .started, .stopped: state
    }
  }
}
