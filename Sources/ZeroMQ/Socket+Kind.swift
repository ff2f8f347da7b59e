internal import CZeroMQ

extension Socket {
  /// The messaging pattern a socket takes part in (RFC 28 to 31 of ZeroMQ).
  public struct Kind: Hashable, Sendable {
    let rawValue: Int32
    private let name: String

    /// Talks to many peers, each addressed by the routing id in a message's first part.
    public static let router = Kind(rawValue: ZMQ_ROUTER, name: "router")
    /// Talks to its peers in turn, asynchronously.
    public static let dealer = Kind(rawValue: ZMQ_DEALER, name: "dealer")
    /// Sends to those subscribed.
    public static let pub = Kind(rawValue: ZMQ_PUB, name: "pub")
    /// Receives what it subscribed to.
    public static let sub = Kind(rawValue: ZMQ_SUB, name: "sub")
    /// A `pub` that receives the subscriptions as messages.
    public static let xpub = Kind(rawValue: ZMQ_XPUB, name: "xpub")
    /// A `sub` that sends its subscriptions as messages.
    public static let xsub = Kind(rawValue: ZMQ_XSUB, name: "xsub")
    /// Talks to exactly one peer.
    public static let pair = Kind(rawValue: ZMQ_PAIR, name: "pair")
    /// Hands work to its peers in turn.
    public static let push = Kind(rawValue: ZMQ_PUSH, name: "push")
    /// Collects work from its peers.
    public static let pull = Kind(rawValue: ZMQ_PULL, name: "pull")
  }
}

extension Socket.Kind: CustomStringConvertible {
  /// The kind's name, such as "router".
  public var description: String { name }
}
