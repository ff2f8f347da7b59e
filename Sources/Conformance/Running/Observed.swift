import KernelProtocol
import Parley

/// What came of a step.
struct Observed: Sendable {
  var outcome = Outcome.ok
  /// The value; of a stream, the list of its items.
  var value: JSONValue?
  var attachments: [Attachment] = []
  /// The error object and whatever else expectations may name.
  var fields: JSONObject = [:]
  /// How long it took, in seconds.
  var seconds: Double = 0

  /// A value.
  init(_ value: JSONValue? = nil) { self.value = value }

  /// A reply.
  init(_ reply: CallReply) {
    value = reply.value
    attachments = reply.attachments
  }

  /// An outcome other than ok.
  init(_ error: OutcomeError) {
    outcome = error.outcome
    fields["error"] = error.wire()
  }

  /// Anything that was thrown.
  init(_ error: any Error) {
    self.init(error as? OutcomeError ?? OutcomeError(.unavailable, "\(error)"))
  }
}
