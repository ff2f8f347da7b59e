public import KernelProtocol
public import Store

/// How a trace has ended.
public enum TraceState: Equatable, Sendable {
  /// Each step ended well, or its error was dealt with by its caller.
  case ok
  /// A step that nobody waits for, or the first of all, ended otherwise; `step` is where the error came from.
  case failed(Outcome, step: SpanRecord)
  /// A step has not ended yet, or the orchestrator ended before it.
  case unfinished

  /// The state in a word: `ok`, `unfinished`, or the outcome.
  public var word: String {
    switch self {
    case .ok: Outcome.ok.rawValue
    case .failed(let outcome, _): outcome.rawValue
    case .unfinished: "unfinished"
    }
  }
}
