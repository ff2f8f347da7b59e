import KernelProtocol

/// Somebody who waits until a method is available.
struct ServiceWait {
  let connection: ConnectionID
  /// The header of the request, which the reply answers.
  let header: FrameBytes
  let method: String
  /// The frame that is suspended meanwhile; nil outside of any.
  let frame: FrameKey?
  /// Seconds that it waits at most, for the error message.
  let timeout: Double
}
