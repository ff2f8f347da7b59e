import KernelProtocol
import ZMTP

/// What a session tells, and what it writes, as it is fed.
struct Peer {
  var session: RouterSession
  var routingID: [UInt8]?
  var messages: [[[UInt8]]] = []

  init(limit: Int = 1 << 20) {
    session = RouterSession(limit: limit)
  }

  /// A session after its handshake, whose own greeting and READY have been read.
  static func ready(limit: Int = 1 << 20) throws -> Peer {
    let vectors = try WireVectors.read()
    var peer = Peer(limit: limit)
    try peer.write(bytes(hex: vectors.greeting + vectors.readyDealer.bytes))
    _ = peer.read()
    return peer
  }

  /// Feeds it bytes, at most so many at a time.
  mutating func write(_ bytes: [UInt8], piece: Int = .max) throws(ProtocolError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let taken = session.fill { buffer in
        let count = min(buffer.count, piece, rest.count)
        buffer.copyBytes(from: rest.prefix(count))
        return count
      }
      rest.removeFirst(taken)
      while let event = try session.next() {
        switch event {
        case .ready(let wanted): routingID = wanted
        case .message(let frames): messages.append(frames.map(\.bytes))
        }
      }
    }
  }

  /// What it has to say, taken at most so many bytes at a time.
  mutating func read(piece: Int = .max) -> [UInt8] {
    var bytes: [UInt8] = []
    _ = session.write { buffer in
      bytes.append(contentsOf: buffer.prefix(piece))
      return min(piece, buffer.count)
    }
    return bytes
  }
}
