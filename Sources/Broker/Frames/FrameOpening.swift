/// A frame that has just been opened, for those who follow it while it runs.
public struct FrameOpening: Equatable, Sendable {
  public let trace: TraceContext
  /// The method, or `on` and the event.
  public let name: String
  /// The plugin that runs it.
  public let plugin: String
  public let language: String
  /// When the request came.
  public let requested: Instant
  /// The id of the message that asked for it; nil for events and the steps of a plugin's life.
  public let request: String?
}
