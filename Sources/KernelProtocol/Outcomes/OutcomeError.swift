/// An operation that did not end in `ok`: the outcome, a sentence, and what the outcome carries.
///
/// The details are kept in their wire form, the error object of specs/kernel-protocol.md §2.1, so
/// that what a newer kernel adds is passed on; `OutcomeError+Fields.swift` reads them by name and
/// type.
public struct OutcomeError: Error, Sendable, Equatable {
  /// Never `ok`.
  public let outcome: Outcome
  /// A sentence that says what happened and, where possible, what to do.
  public let message: String
  /// The error object's other fields, without `message` and `outcome`.
  public let details: JSONObject

  /// - Parameter outcome: `ok` is no error and becomes `handler_error`.
  public init(_ outcome: Outcome, _ message: String, details: JSONObject = [:]) {
    self.outcome = outcome == .ok ? .handlerError : outcome
    self.message = message
    var details = details
    details.removeValue(forKey: "message")
    details.removeValue(forKey: "outcome")
    self.details = details
  }
}

extension OutcomeError: CustomStringConvertible {
  public var description: String { message }
}
