import KernelProtocol

/// What never changes of a frame, shared by the copies that the broker hands about.
final class FrameOrigin: Sendable {
  let kind: FrameKind
  /// The plugin that runs it; nil for a kernel that hosts none.
  let plugin: String?
  /// The frame on whose behalf it runs.
  let parent: FrameKey?
  /// Who gets the reply; nil for events and the steps of a plugin's life.
  let caller: Caller?
  let depth: Int
  /// How many emits lie between the first event of a chain and this frame.
  let hops: Int
  /// When it times out; nil for cells.
  let deadline: Instant?
  /// The time it was given, in seconds, for the error message.
  let timeout: Double
  let trace: TraceContext
  let createdAt: Instant
  /// What the caller says of the method, when it is one of a contribution to it.
  let interface: Interface?

  init(
    kind: FrameKind, plugin: String?, parent: FrameKey?, caller: Caller?, depth: Int, hops: Int,
    deadline: Instant?, timeout: Double, trace: TraceContext, createdAt: Instant,
    interface: Interface? = nil
  ) {
    self.kind = kind
    self.plugin = plugin
    self.parent = parent
    self.caller = caller
    self.depth = depth
    self.hops = hops
    self.deadline = deadline
    self.timeout = timeout
    self.trace = trace
    self.createdAt = createdAt
    self.interface = interface
  }
}
