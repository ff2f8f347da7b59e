/// Why a regular expression is not accepted.
struct PatternError: Error, Equatable {
  /// What is wrong or not supported, as part of a sentence.
  let reason: String

  init(_ reason: String) { self.reason = reason }
}
