/// How a case ended.
public enum Verdict: Sendable, Equatable {
  /// Everything was as expected.
  case passed
  /// What was not as expected, a sentence each, and the messages that passed.
  case failed(problems: [String], exchange: [String])
  /// The language has no such thing; why.
  case notApplicable(String)

  /// One word for reports.
  public var word: String {
    switch self {
    case .passed: "passed"
    case .failed: "failed"
    case .notApplicable: "not_applicable"
    }
  }
}
