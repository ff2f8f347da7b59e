import KernelProtocol

/// One event, as a loop gets it.
public struct Event<Payload: Sendable>: Sendable {
  /// Its name, such as `order:placed`.
  public let name: String
  /// What was emitted; of an event that its manifest batches, the list of what was.
  public let payload: Payload
  /// Stable over redeliveries.
  public let id: String
  /// The plugin that emitted it, or `operator`.
  public let emitter: String
  /// From 1 for each name: a jump means that some were dropped.
  public let sequence: Int
  /// How many emits lie between the first event of a chain and this one; 1 for the first.
  public let hops: Int
  /// Where it stands in its trace (W3C trace context).
  public let traceparent: String?
  /// Whether it is the last value of a retained event, from before the subscription.
  public let isRetained: Bool
  /// The binary values of the payload.
  public let attachments: [Attachment]
}

extension Event where Payload: Decodable {
  /// Reads a message.
  ///
  /// - Throws: `invalid_payload` with the place when its content is no `Payload`.
  init(_ message: ClientMessage) throws(OutcomeError) {
    let fields = message.metadata
    let name = fields["event"]?.stringValue ?? ""
    let isBatch = fields["batch"]?.boolValue ?? false
    let content = isBatch ? message.content["items"] ?? [] : message.content
    payload = try content.decode(Payload.self, else: .invalidPayload, "The payload of \(name)")
    self.name = name
    id = fields["event_id"]?.stringValue ?? ""
    emitter = fields["emitter"]?.stringValue ?? ""
    sequence = fields["sequence"]?.intValue ?? 0
    hops = fields["hops"]?.intValue ?? 1
    traceparent = fields["traceparent"]?.stringValue
    isRetained = fields["retained"]?.boolValue ?? false
    attachments = message.attachments
  }
}
