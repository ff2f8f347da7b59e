import KernelProtocol
import ZeroMQ

/// A ROUTER and the messages that pass through it; for use on the loop alone.
///
/// What is in flight to a peer is bounded by the mailboxes and by credit, so there is no high-water mark that could drop
/// messages in silence.
final class PeerSocket {
  private let socket: Socket
  private let incoming = Multipart()
  private let outgoing = Multipart()

  /// Binds to an endpoint.
  ///
  /// - Parameter frameLimit: a peer that sends a longer frame is disconnected by libzmq.
  init(context: Context, endpoint: String, frameLimit: Int) throws(ZeroMQError) {
    socket = try Socket(context: context, kind: .router)
    try socket.set(.linger, to: 0)
    try socket.set(.sendHighWaterMark, to: 0)
    try socket.set(.receiveHighWaterMark, to: 0)
    try socket.set(.routerMandatory, to: true)
    try socket.set(.maxMessageSize, to: Int64(frameLimit))
    try socket.set(.backlog, to: 1_024)
    try socket.bind(endpoint)
  }

  /// Has `handler` called with each message: who sent it, and its frames.
  func listen(
    on loop: ZeroMQLoop, handler: @escaping (_ routingID: [UInt8], _ frames: [FrameBytes]) -> Void
  ) throws(ZeroMQError) {
    try loop.register(socket) { [self] in
      while let (routingID, frames) = receive() { handler(routingID, frames) }
    }
  }

  /// Sends frames to a peer.
  ///
  /// - Returns: false when it is not connected.
  @discardableResult
  func send(_ frames: [FrameBytes], to routingID: [UInt8]) -> Bool {
    outgoing.removeAll()
    outgoing.append(routingID)
    for frame in frames { outgoing.append(frame) }
    return (try? socket.send(outgoing)) == .sent
  }

  /// Passes on what has arrived and was not announced yet.
  func drain(_ handler: (_ routingID: [UInt8], _ frames: [FrameBytes]) -> Void) {
    while let (routingID, frames) = receive() { handler(routingID, frames) }
  }

  /// Whose process sent the message that is being handled; nil when the system does not tell.
  ///
  /// libzmq asks the kernel when it accepts a connection on ipc (`Peer-Address`, `uid:gid:pid`): a peer cannot say otherwise.
  var senderProcess: Int32? {
    guard incoming.count > 1, let address = incoming.property(.peerAddress, ofPart: 1),
      let pid = address.split(separator: ":").last.flatMap({ Int32($0) }), pid > 0
    else { return nil }
    return pid
  }

  /// Closes the socket.
  func close() { socket.close() }

  private func receive() -> (routingID: [UInt8], frames: [FrameBytes])? {
    guard (try? socket.receive(into: incoming)) == true else { return nil }
    let frames = (1..<max(1, incoming.count)).map { FrameBytes(incoming, part: $0) }
    return (incoming.bytes(ofPart: 0), frames)
  }
}
