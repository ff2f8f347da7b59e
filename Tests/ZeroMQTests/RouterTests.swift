import Testing
import ZeroMQ

@Suite("A router", .timeLimit(.minutes(5)))
struct RouterTests {
  /// A mandatory router and a dealer named "kernel" that has said hello.
  private func greetedPair(highWaterMark: Int32 = 1_000) throws -> SocketPair {
    let pair = try SocketPair(.router, .dealer) { router, dealer in
      try router.set(.routerMandatory, to: true)
      try router.set(.sendHighWaterMark, to: highWaterMark)
      try dealer.set(.receiveHighWaterMark, to: highWaterMark)
      try dealer.set(.routingID, to: [UInt8]("kernel"))
    }
    try pair.connected.post([[UInt8]("hello")])
    #expect(try pair.bound.next() == [[UInt8]("kernel"), [UInt8]("hello")])
    return pair
  }

  @Test("reaches a peer by its routing id, and says so of one it does not know")
  func mandatory() throws {
    let pair = try greetedPair()
    #expect(try pair.bound.send([[UInt8]("stranger"), [1]]) == .hostUnreachable)
    #expect(try pair.bound.send([[UInt8]("kernel"), [2], [3]]) == .sent)
    #expect(try pair.connected.next() == [[2], [3]])
  }

  @Test("says that a peer's queue is full, and never sends half of a message")
  func full() throws {
    let pair = try greetedPair(highWaterMark: 2)
    // Larger than the system's socket buffers, so that the queue does fill.
    let body = Message([UInt8](repeating: 5, count: 1_000_000))
    var sent = 0
    while try pair.bound.send([Message([UInt8]("kernel")), body, body]) == .sent { sent += 1 }
    #expect(sent >= 2)
    for _ in 0..<sent {
      let message = try pair.connected.nextMessage()
      #expect(message.count == 2)
      #expect(message.byteCount == 2_000_000)
    }
    #expect(try pair.connected.receive() == nil)
  }

  @Test("gives a routing id to the newer peer when told to")
  func handover() throws {
    let pair = try SocketPair(.router, .dealer) { router, dealer in
      try router.set(.routerHandover, to: true)
      try dealer.set(.routingID, to: [1])
    }
    try pair.connected.post([[UInt8]("old")])
    #expect(try pair.bound.next().last == [UInt8]("old"))
    let newer = try Socket(context: pair.context, kind: .dealer)
    try newer.set(.routingID, to: [1])
    try newer.connect(pair.endpoint)
    try newer.post([[UInt8]("new")])
    #expect(try pair.bound.next() == [[1], [UInt8]("new")])
    #expect(try pair.bound.send([[1], [UInt8]("hi")]) == .sent)
    #expect(try newer.next() == [[UInt8]("hi")])
  }
}
