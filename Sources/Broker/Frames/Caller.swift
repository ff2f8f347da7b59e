import KernelProtocol

/// Who waits for a frame's reply.
struct Caller {
  let connection: ConnectionID
  /// The bytes of the request's header: the reply's parent_header.
  let header: FrameBytes
  /// The request's msg_id, by which the caller cancels it or gives credit.
  let messageID: String
}
