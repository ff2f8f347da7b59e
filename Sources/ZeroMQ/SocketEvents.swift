internal import CZeroMQ

/// What a socket could do at once without blocking (`ZMQ_EVENTS`).
public struct SocketEvents: OptionSet, Sendable {
  public let rawValue: Int32

  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// At least one message can be received.
  public static let readable = SocketEvents(rawValue: ZMQ_POLLIN)

  /// At least one message can be sent. On a ROUTER this means to *some* peer, so that waiting for
  /// it in order to reach one peer in particular would spin.
  public static let writable = SocketEvents(rawValue: ZMQ_POLLOUT)
}
