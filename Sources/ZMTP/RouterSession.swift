public import KernelProtocol

/// One connection of a ROUTER's, without the socket: what is read goes in, what is to be written comes out.
public struct RouterSession {
  /// What a peer has done.
  public enum Event {
    /// The handshake is over; the routing id that the peer asks for, or none.
    case ready(routingID: [UInt8])
    /// A message, of one frame or more.
    case message([FrameBytes])
  }

  private static let partners: Set = ["DEALER", "REQ", "ROUTER"]

  private var decoder: Decoder
  private var outgoing = OutgoingBytes()
  private var isReady = false

  /// A connection that has just been made.
  ///
  /// - Parameter limit: the most bytes of a message; a peer that begins a longer one is refused before it is read.
  public init(limit: Int) {
    decoder = Decoder(limit: limit)
    outgoing.append(Greeting.bytes)
  }

  /// Whether there is something to write.
  public var hasOutput: Bool { !outgoing.isEmpty }

  /// Has `read` fill a buffer from its beginning.
  ///
  /// - Returns: what `read` returned: how many bytes, or something below 1.
  public mutating func fill(_ read: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
    decoder.fill(read)
  }

  /// Has `send` take what is to be written, until all is gone or it takes no more.
  ///
  /// - Returns: what `send` returned last: how many bytes, or something below 1; 1 when there was nothing to write.
  public mutating func write(_ send: (UnsafeRawBufferPointer) -> Int) -> Int {
    outgoing.write(send)
  }

  /// Adds a message to what is to be written.
  public mutating func send(_ frames: [FrameBytes]) { outgoing.append(frames) }

  /// What came next; nil when more must be read first.
  ///
  /// - Throws: ``ProtocolError``, after which the connection is of no use.
  public mutating func next() throws(ProtocolError) -> Event? {
    while let output = try decoder.next() {
      switch output {
      case .greeting: outgoing.append(Command.ready)
      case .message(let frames):
        guard isReady else { throw .handshake("a message before READY") }
        return .message(frames)
      case .command(let command):
        if let event = try obey(command) { return event }
      }
    }
    return nil
  }

  private mutating func obey(_ command: Command) throws(ProtocolError) -> Event? {
    switch command.name {
    case "READY" where !isReady:
      let properties = try command.properties()
      let type = String(decoding: properties["socket-type"] ?? [], as: UTF8.self)
      guard Self.partners.contains(type) else {
        throw .handshake("a socket of type '\(type)' does not talk to a ROUTER")
      }
      isReady = true
      return .ready(routingID: properties["identity"] ?? [])
    case "ERROR": throw .handshake("it says ERROR")
    case "PING" where isReady: outgoing.append(Command.pong(to: command))
    // Others are for later versions.
    default: guard isReady else { throw .handshake("\(command.name) before READY") }
    }
    return nil
  }
}
