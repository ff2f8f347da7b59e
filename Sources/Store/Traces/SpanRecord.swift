public import KernelProtocol

/// One step of a trace, as it is kept: a frame from its request to its outcome, or an event that was emitted.
public struct SpanRecord: Equatable, Sendable {
  /// 32 hexadecimal digits (W3C Trace Context).
  public let trace: String
  public let span: UInt64
  /// The span that caused it; nil at the root.
  public let parent: UInt64?
  /// The method; `on` or `emit` and the event.
  public let name: String
  /// The plugin that ran it.
  public let plugin: String
  public let language: String
  /// Who asked for it; nil when nobody did: an event, or a step of the plugin's life.
  public let caller: String?
  /// When it was asked for, in nanoseconds since 1970, like the other times.
  public let requested: Int64
  /// When its handler began; nil when it never did.
  public let started: Int64?
  public let ended: Int64
  public let depth: Int
  public let outcome: Outcome
  /// The error's sentence.
  public let message: String?
  /// How many steps an emitted event is to have; 0 for all others.
  public let openedFrames: Int

  /// A span by its fields.
  public init(
    trace: String, span: UInt64, parent: UInt64?, name: String, plugin: String, language: String,
    caller: String?, requested: Int64, started: Int64?, ended: Int64, depth: Int,
    outcome: Outcome, message: String?, openedFrames: Int = 0
  ) {
    self.trace = trace
    self.span = span
    self.parent = parent
    self.name = name
    self.plugin = plugin
    self.language = language
    self.caller = caller
    self.requested = requested
    self.started = started
    self.ended = ended
    self.depth = depth
    self.outcome = outcome
    self.message = message
    self.openedFrames = openedFrames
  }
}
