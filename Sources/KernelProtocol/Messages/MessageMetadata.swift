/// The routing data of a message (specs/kernel-protocol.md §3 to §5): everything the broker needs,
/// so that it need not read the content.
///
/// From a kernel these are claims: identity, tenant, depth and deadline are stamped by the broker.
public struct MessageMetadata: Sendable, Equatable {
  // Calls (§4).
  public var method: String?
  /// Seconds the caller is willing to wait.
  public var timeout: Double?
  /// Seconds that are left of the deadline.
  public var remaining: Double?
  /// Nesting of calls; 1 for a call from outside any frame.
  public var depth: Int?
  public var tenant: String?
  /// The plugin that calls.
  public var caller: String?
  /// W3C trace context, `00-…-…-01`.
  public var traceparent: String?
  /// The caller reads a stream of items.
  public var stream: Bool?
  /// Items that may be sent before more are asked for.
  public var credit: Int?
  /// `msg_id` of the call_request that a `cancel` or `credit` of a caller is about.
  public var call: String?
  /// `msg_id` of what opened the frame that a `cancel` is about, or that an event got.
  public var frame: String?
  /// The kernel that a client's `execute_request` is for: the number that it was given.
  public var kernel: String?
  /// Of a reply. nil when absent; a name that is not in the closed set is malformed.
  public var outcome: Outcome?

  // Events (§5).
  public var event: String?
  /// Stable over redeliveries.
  public var eventID: String?
  /// From 0 in a stream, from 1 per event.
  public var sequence: Int?
  /// The plugin that emitted.
  public var emitter: String?
  /// Causal distance from the first event of a chain.
  public var hops: Int?
  /// From 1; more after a redelivery.
  public var attempt: Int?
  /// Of an emit that waits for its subscribers.
  public var confirm: Confirmation?
  /// Of an emit that is refused when nobody subscribes.
  public var require: Bool?
  /// The subscriptions that a directed event is for, by the shim's ids.
  public var subscriptions: [String]?
  public var delivery: Delivery?
  /// It is the last value of a retained event.
  public var retained: Bool?
  /// Its content is `items`, a list of payloads.
  public var batch: Bool?
  /// Of the reply to an event that its handler hands back.
  public var disposition: Disposition?
  /// Seconds until the next attempt.
  public var delay: Double?

  /// The raw JSON of `buffer_paths`, passed on as it came.
  public var bufferPaths: [UInt8]?

  public init() {}
}
