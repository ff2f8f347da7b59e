import Testing

@testable import ZeroMQ

@Suite("A message", .timeLimit(.minutes(5)))
struct MessageTests {
  @Test("is filled in place")
  func fill() {
    let message = Message(count: 300) { bytes in
      for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index) }
    }
    #expect(message.count == 300)
    #expect(message.bytes == (0..<300).map { UInt8(truncatingIfNeeded: $0) })
  }

  @Test("passes on the error of what fills it")
  func failure() {
    struct Refusal: Error {}
    #expect(throws: Refusal.self) { try Message(count: 3) { _ throws(Refusal) in throw Refusal() } }
  }

  @Test("goes to several sockets without losing its bytes", arguments: [3, 100_000])
  func severalSockets(size: Int) throws {
    let (one, two) = (try SocketPair(.pull, .push), try SocketPair(.pull, .push))
    let message = Message([UInt8](repeating: 7, count: size))
    #expect(try one.connected.send([message, message]) == .sent)
    #expect(try two.connected.send([message]) == .sent)
    #expect(try one.bound.next() == [message.bytes, message.bytes])
    #expect(try two.bound.next() == [message.bytes])
    #expect(message.bytes == [UInt8](repeating: 7, count: size))
  }

  @Test("has its buffer marked as shared before anybody else can see it")
  func sealed() {
    #expect(Message([UInt8](repeating: 1, count: 1_000)).isShared)
    let multipart = Multipart([[UInt8](repeating: 1, count: 1_000)])
    #expect(multipart.takeMessage(fromPart: 0).isShared)
  }

  @Test("can be shared by many threads at once", arguments: [10, 1_000])
  func manyThreads(size: Int) async {
    let bytes = [UInt8](repeating: 3, count: size)
    for _ in 0..<50 {
      let message = Message(bytes)
      let intact = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<8 {
          group.addTask {
            let copies = Multipart()
            for _ in 0..<100 { copies.append(message) }
            return copies.bytes(ofPart: 99) == bytes
          }
        }
        return await group.allSatisfy { $0 }
      }
      #expect(intact)
      #expect(message.bytes == bytes)
    }
  }
}
