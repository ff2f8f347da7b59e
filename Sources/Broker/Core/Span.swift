public import KernelProtocol

/// One frame, from its request to its outcome; or a request that was refused, or an event that was emitted, which take no
/// time.
public struct Span: Equatable, Sendable {
  public let trace: TraceContext
  /// The method, or `on` or `emit` and the event.
  public let name: String
  /// The plugin that ran it, or that emitted; the kernel for a cell; empty when nobody provides the method.
  public let plugin: String
  public let language: String
  /// When the request came.
  public let requested: Instant
  /// When it was given to the kernel; nil when it never was.
  public let started: Instant?
  public let ended: Instant
  public let depth: Int
  public let outcome: Outcome
  /// The error's sentence; nil when it ended in `ok`.
  public var message: String?
  /// Who called; nil for events and the steps of a plugin's life.
  public var caller: String?
  /// Whether nothing that runs here caused it.
  public var isRoot = false
  /// How many frames it opened and did not wait for; only of an emitted event.
  public var openedFrames = 0

  /// Seconds from the request to the outcome.
  public var seconds: Double { requested.seconds(to: ended) }
}
