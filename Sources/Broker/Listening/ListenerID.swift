/// Names one subscription of a client.
struct ListenerID: Hashable, Comparable, Sendable {
  let connection: ConnectionID
  /// The client's own id of it.
  let subscription: String

  static func < (left: ListenerID, right: ListenerID) -> Bool {
    (left.connection.number, left.subscription) < (right.connection.number, right.subscription)
  }
}
