import KernelProtocol

/// The frame that a method of the application runs in: what is called from its task is called on its behalf.
struct ServedFrame: Sendable {
  /// That of the current task; nil outside of handlers.
  @TaskLocal static var current: ServedFrame?

  let client: Client
  /// The header of the request, which names the frame.
  let header: FrameBytes
}
