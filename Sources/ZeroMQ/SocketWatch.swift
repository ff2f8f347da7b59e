/// A loop's watch on one socket.
///
/// `ZMQ_FD` announces news once, and whichever call on the socket comes next takes the
/// announcement, also a send. So each call on a watched socket reports here, and the loop looks at
/// the events of every socket that was touched before it sleeps: no owner of a socket has
/// to remember it.
final class SocketWatch {
  let socket: Socket
  let descriptor: Int32
  let tag: UInt64
  private let handler: () -> Void
  private let loop: ZeroMQLoop

  /// False once the socket was closed or unregistered.
  private(set) var isActive = true

  /// Whether it is in the loop's list of sockets to serve.
  var isReady = false

  /// Whether it is in the loop's list of sockets to look at before sleeping.
  private var isTouched = false

  /// Whether the last thing that happened was that libzmq had nothing more to receive: then, and
  /// only then, there is no need to look.
  private var isDrained = false

  /// How many more messages may be received in the present call of the handler, or nil outside.
  private var allowance: Int?

  init(
    socket: Socket, descriptor: Int32, tag: UInt64, loop: ZeroMQLoop,
    handler: @escaping () -> Void
  ) {
    self.socket = socket
    self.descriptor = descriptor
    self.tag = tag
    self.loop = loop
    self.handler = handler
  }

  /// Calls the handler until the socket is drained, or `limit` messages were received, or a call
  /// received nothing.
  func serve(upTo limit: Int) {
    isReady = false
    touch()
    var left = limit
    while isActive, left > 0, !isDrained {
      allowance = left
      handler()
      let received = left - (allowance ?? left)
      allowance = nil
      guard received > 0 else { return }
      left -= received
    }
  }

  /// Looks whether there is something to receive that no descriptor will announce.
  ///
  /// - Throws: `terminated`, when the context is shutting down.
  func hasMore() throws(ZeroMQError) -> Bool {
    isTouched = false
    guard isActive, !isDrained else { return false }
    return try socket.pendingEvents().contains(.readable)
  }

  /// Reports a call on the socket that may have taken an announcement with it.
  func touch() {
    assert(loop.isCurrent, "a registered socket is used on its loop's thread only")
    isDrained = false
    guard !isTouched else { return }
    isTouched = true
    loop.touched.append(self)
  }

  /// Whether the socket's share of this turn allows to receive one more message.
  func mayReceive() -> Bool { allowance.map { $0 > 0 } ?? true }

  /// Reports that a message was received.
  func didReceive() {
    touch()
    if let left = allowance { allowance = left - 1 }
  }

  /// Reports that libzmq had nothing to receive.
  func didDrain() { isDrained = true }

  /// Ends the watch.
  func end() {
    guard isActive else { return }
    isActive = false
    socket.watch = nil
    loop.forget(self)
  }
}
