import KernelProtocol
import Parley

/// One thing that passed through the orchestrator, or happened in it, while a case ran.
struct ExchangeEntry: Sendable {
  let at: Instant?
  let from: String
  let to: String
  /// The message's type; `exited`, `raw_output`, `refused` and `dropped` for what is no message.
  let type: String
  let id: String
  let parentID: String?
  /// The method or event that the metadata names.
  let name: String?
  let outcome: String?
  /// The beginning of the content, as JSON text.
  let content: String

  private static let orchestrator = "parley"

  /// A message.
  init(_ message: TracedMessage) {
    let isSent = message.direction == .sent
    let metadata = try? JSONParser().parse(message.metadata)
    at = message.at
    from = isSent ? Self.orchestrator : message.peer
    to = isSent ? message.peer : Self.orchestrator
    type = message.type.rawValue
    id = message.id
    parentID = message.parentID
    name = metadata?["method"]?.stringValue ?? metadata?["event"]?.stringValue
    outcome = metadata?["outcome"]?.stringValue
    content = message.content
  }

  /// Something that is no message.
  init(_ type: String, from source: String, _ content: JSONValue) {
    at = nil
    from = source
    to = Self.orchestrator
    self.type = type
    id = ""
    parentID = nil
    name = nil
    outcome = nil
    self.content = content.description
  }

  /// What a report tells, if it belongs into an exchange.
  init?(_ report: OrchestratorReport) {
    switch report {
    case .message(let message): self.init(message)
    case .exited(let source, let description, let expected):
      self.init(
        "exited", from: source,
        ["description": .string(description), "expected": .bool(expected)])
    case .rawOutput(let source, _, let stream, let text):
      self.init("raw_output", from: source, ["name": .string(stream), "text": .string(text)])
    case .refused(let source, let reason):
      self.init("refused", from: source, ["reason": .string(reason)])
    case .broker(.dropped(let source, let reason)):
      self.init(
        "dropped", from: source, ["reason": .string(reason.word), "what": .string("\(reason)")])
    case .broker, .launched, .deadLetter, .storeFailed, .configured: return nil
    }
  }

  /// As a pattern of the tables may look at it.
  var json: JSONValue {
    let fields: [(String, String?)] = [
      ("from", from), ("to", to), ("type", type), ("name", name), ("outcome", outcome),
    ]
    var object = JSONObject(fields.compactMap { key, text in text.map { (key, .string($0)) } })
    object["content"] =
      (try? JSONParser(maximumDepth: JSONDepth.content).parse(content)) ?? .string(content)
    return .object(object)
  }

  /// `a → parley  call_request b.echo  {"value":1}`
  var line: String {
    let label = [type, name, outcome].compactMap(\.self).joined(separator: " ")
    let shown = content.utf8.count <= 300 ? content : "\(content.prefix(300))…"
    return "\(from) → \(to)  \(label)  \(shown)"
  }
}
