import KernelProtocol
import Testing
import ZMTP

@Suite("A router's connection")
struct RouterSessionTests {
  private let vectors: WireVectors

  init() throws { vectors = try WireVectors.read() }

  @Test("greets first, and is ready when the peer has greeted; it takes the name the peer wants")
  func handshake() throws {
    var peer = Peer()
    #expect(peer.read() == bytes(hex: vectors.greeting))
    try peer.write(bytes(hex: vectors.greeting))
    #expect(peer.read() == bytes(hex: vectors.readyRouter.bytes))
    #expect(peer.routingID == nil)
    try peer.write(bytes(hex: vectors.readyDealer.bytes))
    #expect(peer.routingID == Array("kernel-7f3a".utf8))
  }

  @Test("reads messages in pieces of any size", arguments: [1, 2, 3, 7, 64, 1_000, .max])
  func pieces(_ piece: Int) throws {
    let stream = [vectors.greeting, vectors.readyDealer.bytes] + vectors.messages.map(\.bytes)
    var peer = Peer()
    try peer.write(bytes(hex: stream.joined()), piece: piece)
    #expect(peer.messages == vectors.messages.map { $0.frames.map(bytes(hex:)) })
  }

  @Test("writes messages in pieces of any size", arguments: [1, 5, 20_000, .max])
  func writes(_ piece: Int) throws {
    var peer = try Peer.ready()
    for message in vectors.messages {
      peer.session.send(message.frames.map { FrameBytes(bytes(hex: $0)) })
    }
    #expect(peer.read(piece: piece) == bytes(hex: vectors.messages.map(\.bytes).joined()))
    #expect(!peer.session.hasOutput)
  }

  @Test(
    "passes on frames of any size as they came, large ones among small ones",
    arguments: [0, 1, 255, 256, 4_095, 4_096, 16_383, 16_384, 65_535, 65_536, 300_000, 3_000_000])
  func sizes(_ size: Int) throws {
    var sender = try Peer.ready(limit: 1 << 24)
    var receiver = try Peer.ready(limit: 1 << 24)
    let large = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let message = [Array("head".utf8), large, [], large, [7]]
    for _ in 0..<3 { sender.session.send(message.map { FrameBytes($0) }) }
    try receiver.write(sender.read(piece: 70_001), piece: 50_000)
    #expect(receiver.messages == [message, message, message])
  }

  @Test("goes on where it was stopped when the system takes no more")
  func blocked() throws {
    var peer = try Peer.ready()
    let large = FrameBytes([UInt8](repeating: 1, count: 40_000))
    var all: [UInt8] = []
    for index in 0..<20 {
      peer.session.send([FrameBytes([UInt8(index)]), large])
      var isOpen = true
      let result = peer.session.write { buffer in
        guard isOpen else { return -1 }
        isOpen = false
        all.append(contentsOf: buffer.prefix(13_001))
        return min(13_001, buffer.count)
      }
      #expect(result == -1)
    }
    all += peer.read()
    var receiver = try Peer.ready()
    try receiver.write(all)
    #expect(receiver.messages.map(\.[0]) == (0..<20).map { [$0] })
    #expect(receiver.messages.allSatisfy { $0[1] == large.bytes })
  }

  @Test("answers a PING, and leaves out commands of later versions")
  func commands() throws {
    var peer = try Peer.ready()
    try peer.write(bytes(hex: vectors.ping.bytes) + [4, 4, 3] + Array("NEW".utf8))
    #expect(peer.read() == bytes(hex: vectors.ping.pong ?? ""))
    try peer.write([0, 1, 9])
    #expect(peer.messages == [[[9]]])
  }

  @Test("refuses what is no greeting of ZMTP 3 with the NULL mechanism")
  func greetings() throws {
    for greeting in vectors.badGreetings {
      var peer = Peer()
      #expect(throws: ProtocolError.self) { try peer.write(bytes(hex: greeting)) }
    }
    var browser = Peer()
    #expect(throws: ProtocolError.noGreeting) { try browser.write(Array("GET / HTTP/1.1".utf8)) }
  }

  @Test("refuses a message before READY, a subscriber, and an ERROR")
  func badHandshakes() throws {
    for bad in [
      "000161", vectors.readySub.bytes, vectors.error.bytes, "0400", "04080552454144590b53",
    ] {
      var peer = Peer()
      #expect(throws: ProtocolError.self) { try peer.write(bytes(hex: vectors.greeting + bad)) }
    }
  }

  @Test("refuses a message that is too long before it has come, in one frame or in many")
  func limits() throws {
    var peer = try Peer.ready(limit: 1_000)
    #expect(throws: ProtocolError.tooLong(limit: 1_000)) {
      try peer.write([2] + [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF])
    }
    var other = try Peer.ready(limit: 1_000)
    #expect(throws: ProtocolError.tooLong(limit: 1_000)) {
      for _ in 0..<1_000 { try other.write([1, 10] + [UInt8](repeating: 0, count: 10)) }
    }
  }
}
