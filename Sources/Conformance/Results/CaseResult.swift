public import KernelProtocol

/// A case that was played, and how it ended.
public struct CaseResult: Sendable {
  public let run: CaseRun
  public let verdict: Verdict
  /// How long it took, in seconds, without the start of the kernels.
  public let seconds: Double

  /// Whether it was not as it should be.
  public var hasFailed: Bool {
    if case .failed = verdict { true } else { false }
  }

  /// As `parley conformance --json` prints it.
  public var json: JSONValue {
    var object: JSONObject = [
      "table": .string(run.table), "case": .string(run.name), "kernels": JSONValue(run.kernels),
      "verdict": .string(verdict.word), "seconds": .double(seconds),
    ]
    switch verdict {
    case .passed: break
    case .notApplicable(let reason): object["reason"] = .string(reason)
    case .failed(let problems, let exchange):
      object["problems"] = JSONValue(problems)
      object["exchange"] = JSONValue(exchange)
    }
    return .object(object)
  }
}
