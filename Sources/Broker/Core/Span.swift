public import KernelProtocol

/// One frame, from its request to its outcome.
public struct Span: Equatable, Sendable {
  public let trace: TraceContext
  /// The method, or `on` and the event.
  public let name: String
  /// The plugin that ran it; the kernel for a cell.
  public let plugin: String
  public let language: String
  /// When the request came.
  public let requested: Instant
  /// When it was given to the kernel; nil when it never was.
  public let started: Instant?
  public let ended: Instant
  public let depth: Int
  public let outcome: Outcome

  /// Seconds from the request to the outcome.
  public var seconds: Double { requested.seconds(to: ended) }
}
