import KernelProtocol

/// A call that has been checked, and is to be opened in a provider.
struct CallOpening {
  let message: IncomingMessage
  let method: String
  /// The frame that calls; nil outside of any.
  var parent: Frame?
  let depth: Int
  /// Seconds that are left.
  let timeout: Double
  var caller: Caller
  /// What the caller says of the method, when it is one of a contribution to it.
  let interface: Interface?

  /// The same call as a part of another frame, which gets its reply.
  func part(of frame: Frame, caller connection: ConnectionID) -> CallOpening {
    var part = self
    part.parent = frame
    part.caller = Caller(
      connection: connection, header: message.header.bytes, messageID: message.header.id)
    return part
  }
}
