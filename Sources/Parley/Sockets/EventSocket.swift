import KernelProtocol
import ZeroMQ

/// The XPUB that events are published on, in manual mode: nobody gets what was not admitted. For use on the loop alone.
final class EventSocket {
  private let socket: Socket
  private let incoming = Multipart()
  private let outgoing = Multipart()

  /// How many events may wait for one slow subscriber before it misses some; it notices by their sequence numbers.
  private static let highWaterMark: Int32 = 10_000

  init(context: Context, endpoint: String) throws(ZeroMQError) {
    socket = try Socket(context: context, kind: .xpub)
    try socket.set(.linger, to: 0)
    try socket.set(.xpubManual, to: true)
    try socket.set(.sendHighWaterMark, to: Self.highWaterMark)
    try socket.bind(endpoint)
  }

  /// Has `handler` called with each topic that somebody subscribes to.
  func listen(
    on loop: ZeroMQLoop, handler: @escaping (_ topic: String) -> Void
  ) throws(ZeroMQError) {
    try loop.register(socket) { [self] in
      while (try? socket.receive(into: incoming)) == true { read(handler) }
    }
  }

  /// Admits the subscription that was just read.
  func admit(_ topic: String) { try? socket.subscribe(to: Array(topic.utf8)) }

  /// Publishes frames, the first of which is the topic.
  func publish(_ frames: [FrameBytes]) {
    outgoing.removeAll()
    for frame in frames { outgoing.append(frame) }
    _ = try? socket.send(outgoing)
  }

  /// Closes the socket.
  func close() { socket.close() }

  /// A subscription is the byte 1 and the topic, the end of one 0 and the topic (ZMTP 3.0).
  private func read(_ handler: (String) -> Void) {
    let bytes = incoming.bytes(ofPart: 0)
    guard let first = bytes.first else { return }
    let topic = Array(bytes.dropFirst())
    if first == 1 {
      handler(String(decoding: topic, as: UTF8.self))
    } else {
      try? socket.unsubscribe(from: topic)
    }
  }
}
