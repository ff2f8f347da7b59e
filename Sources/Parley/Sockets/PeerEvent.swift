import KernelProtocol

/// What happens on a ``PeerSocket``.
enum PeerEvent {
  /// Messages of a peer were read, and follow.
  case arrived(routingID: [UInt8])
  /// A message.
  case message(routingID: [UInt8], frames: [FrameBytes])
  /// A peer's connection has ended; all that it sent was handled.
  case gone(routingID: [UInt8])
  /// A connection was closed, and why: a sentence's part.
  case refused(process: Int32?, reason: String)
}
