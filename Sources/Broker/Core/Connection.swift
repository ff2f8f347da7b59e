import KernelProtocol

/// What the broker keeps of one peer.
struct Connection {
  let peer: Peer
  /// Whether a kernel has said hello, so that it may be sent anything at all.
  var isGreeted: Bool
  /// Whether the kernel tells, when asked, what a frame waits for (its feature `waits`).
  var tellsWaits = false
  /// Whether a ping that asks for a sign of life is open.
  var isAwaitingPong = false
  /// The calls it has made that are not answered, by the msg_id it gave them.
  var calls: [String: FrameKey] = [:]
  /// The frames that it runs or that wait for it.
  var frames: Set<FrameKey> = []
  /// Its subscriptions, by the ids it gave them, in order.
  var subscriptions: [String: Subscription] = [:]

  /// A connection that has nothing yet; a client needs no hello.
  init(_ peer: Peer) {
    self.peer = peer
    isGreeted = peer.isClient
  }
}
