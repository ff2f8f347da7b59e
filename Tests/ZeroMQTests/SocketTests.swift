import Foundation
import Testing
import ZeroMQ

@Suite("A socket", .timeLimit(.minutes(5)))
struct SocketTests {
  @Test("carries a multipart message over ipc, part by part")
  func roundTrip() throws {
    let pair = try SocketPair(.pair, .pair)
    let parts: [[UInt8]] = [[UInt8]("<IDS|MSG>"), [], [0, 255], [UInt8](repeating: 1, count: 500)]
    let multipart = Multipart(parts)
    #expect(try pair.connected.send(multipart) == .sent)
    #expect(multipart.isEmpty)
    let arrived = try pair.bound.nextMessage()
    #expect((0..<arrived.count).map(arrived.bytes(ofPart:)) == parts)
    #expect(try pair.bound.send(arrived) == .sent)
    #expect(try pair.connected.next() == parts)
  }

  @Test("carries 20 MB in one part")
  func large() throws {
    let pair = try SocketPair(.pull, .push)
    let message = Message(count: 20_000_000) { bytes in
      for index in bytes.indices { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
    }
    #expect(try pair.connected.send([message]) == .sent)
    let arrived = try pair.bound.nextMessage().takeMessage(fromPart: 0)
    let isEqual = arrived.withUnsafeBytes { arrived in
      message.withUnsafeBytes { $0.elementsEqual(arrived) }
    }
    #expect(isEqual)
  }

  @Test("says that nothing is there, rather than wait or throw")
  func empty() throws {
    let pair = try SocketPair(.pull, .push)
    let multipart = Multipart([[1]])
    #expect(try !pair.bound.receive(into: multipart))
    #expect(multipart.isEmpty)
    #expect(try pair.bound.receive() == nil)
    #expect(try pair.bound.events == [])
    #expect(try pair.bound.wait(for: .readable, timeout: .milliseconds(1)) == [])
  }

  @Test("keeps a message it has no room for")
  func noRoom() throws {
    let context = try Context()
    let socket = try Socket(context: context, kind: .push)
    let multipart = Multipart([[1], [2]])
    #expect(try socket.send(multipart) == .wouldBlock)
    #expect(multipart.count == 2)
    #expect(try socket.send([[1], [2]]) == .wouldBlock)
    #expect(try socket.send([Message([1])]) == .wouldBlock)
  }

  @Test("tells which process sent a message over ipc")
  func peerAddress() throws {
    let pair = try SocketPair(.pull, .push)
    try pair.connected.post([[1], [2]])
    let message = try pair.bound.nextMessage()
    let address = try #require(message.property(.peerAddress, ofPart: 0))
    let pid = ProcessInfo.processInfo.processIdentifier
    #expect(address.hasSuffix(":\(getuid()):\(getgid()):\(pid)"))
    #expect(message.takeMessage(fromPart: 1).property(.socketType) == "PUSH")
  }

  @Test("gives back the options it was given")
  func options() throws {
    let socket = try Socket(context: Context(), kind: .router)
    try socket.set(.linger, to: 250)
    try socket.set(.sendHighWaterMark, to: 5)
    try socket.set(.receiveHighWaterMark, to: 6)
    try socket.set(.backlog, to: 7)
    try socket.set(.maxMessageSize, to: 1 << 33)
    try socket.set(.immediate, to: true)
    try socket.set(.routingID, to: [1, 0, 2])
    #expect(try socket.get(.linger) == 250)
    #expect(try socket.get(.sendHighWaterMark) == 5)
    #expect(try socket.get(.receiveHighWaterMark) == 6)
    #expect(try socket.get(.backlog) == 7)
    #expect(try socket.get(.maxMessageSize) == 1 << 33)
    #expect(try socket.get(.immediate))
    #expect(try socket.get(.routingID) == [1, 0, 2])
  }

  @Test("drops unsent messages on close unless told otherwise")
  func linger() throws {
    #expect(try Socket(context: Context(), kind: .push).get(.linger) == 0)
  }

  @Test("knows the port that was chosen for it")
  func lastEndpoint() throws {
    let socket = try Socket(context: Context(), kind: .pull)
    #expect(try socket.lastEndpoint == "")
    try socket.bind("tcp://127.0.0.1:*")
    let port = try #require(try socket.lastEndpoint.split(separator: ":").last.flatMap { Int($0) })
    #expect(port > 0)
  }

  @Test("gives its endpoint up when unbound")
  func unbind() throws {
    let socket = try Socket(context: Context(), kind: .pull)
    try socket.bind("inproc://unbind")
    try socket.unbind("inproc://unbind")
    try socket.bind("inproc://unbind")
    #expect(throws: ZeroMQError.self) { try socket.disconnect("ipc:///never-connected") }
  }

  @Test("ends the connection of a peer that sends too large a part, and no other's")
  func maxMessageSize() throws {
    let pair = try SocketPair(.pull, .push) { bound, _ in try bound.set(.maxMessageSize, to: 1_000)
    }
    let other = try Socket(context: pair.context, kind: .push)
    try other.connect(pair.endpoint)
    try pair.connected.post([[UInt8](repeating: 0, count: 1_001)])
    try other.post([[UInt8](repeating: 1, count: 1_000)])
    #expect(try pair.bound.next() == [[UInt8](repeating: 1, count: 1_000)])
  }
}
