import KernelProtocol

/// What a method of the application knows of the call that it answers.
///
/// What its handler calls and emits, in its own task or in child tasks of it, is nested in this call: it has what is left of the
/// deadline, the same trace, and is cancelled with it.
public struct CallContext: Sendable {
  /// The method that was called.
  public let method: String
  /// The plugin that calls; `operator` for the command line.
  public let caller: String
  /// How deep the call is nested; 1 for one from outside any handler.
  public let depth: Int
  /// The tenant on whose behalf it is made.
  public let tenant: String
  /// When the caller stops waiting; nil when it has no deadline.
  public let deadline: ContinuousClock.Instant?
  /// Where it stands in its trace (W3C trace context).
  public let traceparent: String?
  /// The binary values of the parameters.
  public let attachments: [Attachment]

  init(_ request: ClientMessage) {
    let fields = request.metadata
    method = fields["method"]?.stringValue ?? ""
    caller = fields["caller"]?.stringValue ?? ""
    depth = fields["depth"]?.intValue ?? 1
    tenant = fields["tenant"]?.stringValue ?? ""
    deadline = fields["remaining"]?.doubleValue.map { ContinuousClock.now + .seconds($0) }
    traceparent = fields["traceparent"]?.stringValue
    attachments = request.attachments
  }

  /// What is left of the deadline; nil when there is none.
  public var remaining: Duration? { deadline.map { ContinuousClock.now.duration(to: $0) } }
}
