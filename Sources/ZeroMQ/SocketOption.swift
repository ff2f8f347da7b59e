internal import CZeroMQ

/// An option of a socket, and the type of its value. Those not otherwise marked are to be set
/// before `bind` and `connect`, and apply to the connections made after.
public struct SocketOption<Value: SocketOptionValue>: Sendable {
  let number: Int32
  let name: String
}

extension SocketOption where Value == Int32 {
  /// How long unsent messages are kept after `close`, in milliseconds; -1 for ever. At any time.
  /// Default 0 (see ``Context``).
  public static var linger: Self { .init(number: ZMQ_LINGER, name: "linger") }

  /// The most messages queued for one peer; 0 for no limit. Default 1,000. Beyond it, PUB and
  /// ROUTER drop (ROUTER with `routerMandatory` and the others would block).
  public static var sendHighWaterMark: Self {
    .init(number: ZMQ_SNDHWM, name: "sendHighWaterMark")
  }

  /// The most messages queued from one peer; 0 for no limit. Default 1,000.
  public static var receiveHighWaterMark: Self {
    .init(number: ZMQ_RCVHWM, name: "receiveHighWaterMark")
  }

  /// The most connections that wait to be accepted. Default 100.
  public static var backlog: Self { .init(number: ZMQ_BACKLOG, name: "backlog") }
}

extension SocketOption where Value == Int64 {
  /// The most bytes in one part from a peer, which is disconnected if it sends more; -1 for no
  /// limit, the default. The number of parts is not limited by it.
  public static var maxMessageSize: Self { .init(number: ZMQ_MAXMSGSIZE, name: "maxMessageSize") }
}

extension SocketOption where Value == Bool {
  /// ROUTER: sending to an unknown peer is ``SendOutcome/hostUnreachable`` and to one whose queue
  /// is full ``SendOutcome/wouldBlock``, where the default is to drop in silence. At any time.
  public static var routerMandatory: Self {
    .init(number: ZMQ_ROUTER_MANDATORY, name: "routerMandatory")
  }

  /// ROUTER: a new peer with a routing id in use takes it over; by default it is ignored.
  public static var routerHandover: Self {
    .init(number: ZMQ_ROUTER_HANDOVER, name: "routerHandover")
  }

  /// XPUB: a subscription has no effect until ``Socket/subscribe(to:)`` admits it.
  public static var xpubManual: Self { .init(number: ZMQ_XPUB_MANUAL, name: "xpubManual") }

  /// XPUB: every subscription and its end is received, also those of keys already in use.
  public static var xpubVerboser: Self { .init(number: ZMQ_XPUB_VERBOSER, name: "xpubVerboser") }

  /// Messages are queued only for connections that are complete.
  public static var immediate: Self { .init(number: ZMQ_IMMEDIATE, name: "immediate") }
}

extension SocketOption where Value == [UInt8] {
  /// The id under which a ROUTER at the other end knows this socket: 1 to 255 bytes, the first of
  /// them not 0.
  public static var routingID: Self { .init(number: ZMQ_ROUTING_ID, name: "routingID") }
}
