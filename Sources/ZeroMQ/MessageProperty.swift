/// The name of something libzmq knows of the peer that sent a message (`zmq_msg_gets`).
public struct MessageProperty: RawRepresentable, Hashable, Sendable {
  public let rawValue: String

  public init(rawValue: String) { self.rawValue = rawValue }

  /// Where the peer is: on tcp its IP address. On ipc the end of it is `:uid:gid:pid` of the process
  /// that connected, for which the system vouches (`SO_PEERCRED`); what stands before is no use.
  public static let peerAddress = MessageProperty(rawValue: "Peer-Address")

  /// The routing id the peer announced, or empty.
  public static let routingID = MessageProperty(rawValue: "Routing-Id")

  /// The kind of socket the peer announced, such as "DEALER".
  public static let socketType = MessageProperty(rawValue: "Socket-Type")

  /// The user the peer authenticated as, under a mechanism that knows users.
  public static let userID = MessageProperty(rawValue: "User-Id")
}
