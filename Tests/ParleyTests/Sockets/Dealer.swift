import ZeroMQ

/// A DEALER of libzmq's.
struct Dealer {
  private let socket: Socket

  /// - Parameter name: the routing id it asks for.
  init(context: Context, name: String?, endpoint: String) throws {
    socket = try Socket(context: context, kind: .dealer)
    try socket.set(.linger, to: 0)
    if let name { try socket.set(.routingID, to: Array(name.utf8)) }
    try socket.connect(endpoint)
  }

  func send(_ parts: [[UInt8]]) throws -> SendOutcome { try socket.send(parts) }

  /// The next message, when there is one within half a minute.
  func receiveAll() throws -> [[UInt8]]? {
    guard try !socket.wait(for: .readable, timeout: .seconds(30)).isEmpty else { return nil }
    guard let message = try socket.receive() else { return nil }
    return (0..<message.count).map(message.bytes(ofPart:))
  }

  func close() { socket.close() }
}
