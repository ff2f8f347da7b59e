import Foundation
import KernelProtocol
import Synchronization
import Testing
import ZeroMQ

@testable import Parley

@Suite("A peer socket, with libzmq at the other end", .timeLimit(.minutes(5)))
struct PeerSocketTests {
  @Test("passes messages both ways, and tells when a peer has gone")
  func exchange() async throws {
    let rig = try await SocketRig()
    defer { rig.close() }
    let dealer = try rig.dealer(named: "one")
    _ = try dealer.send([Array("hello".utf8), []])
    #expect(try await rig.next() == "one: hello, ")
    try await rig.send(["answer", String(repeating: "x", count: 2_000_000)], to: "one")
    let parts = try #require(try dealer.receiveAll())
    #expect(parts[0] == Array("answer".utf8))
    #expect(parts[1].count == 2_000_000)
    dealer.close()
    #expect(try await rig.next() == "one is gone")
  }

  @Test("knows the process of a peer")
  func process() async throws {
    let rig = try await SocketRig()
    defer { rig.close() }
    let dealer = try rig.dealer(named: "one")
    _ = try dealer.send([[1]])
    _ = try await rig.next()
    #expect(try await rig.process(of: "one") == ProcessInfo.processInfo.processIdentifier)
    #expect(try await rig.process(of: "two") == nil)
  }

  @Test("keeps a routing id for the one that has it")
  func takenName() async throws {
    let rig = try await SocketRig()
    defer { rig.close() }
    let (first, second) = (try rig.dealer(named: "one"), try rig.dealer())
    _ = try first.send([Array("a".utf8)])
    #expect(try await rig.next() == "one: a")
    _ = try second.send([Array("b".utf8)])
    #expect(try await rig.next() == "0: b")
    let third = try rig.dealer(named: "one")
    #expect(try await rig.next().hasSuffix("is another's, which is still connected"))
    third.close()
    _ = try first.send([Array("c".utf8)])
    // libzmq tries again until it is closed.
    var heard = try await rig.next()
    while heard.hasPrefix("refused") { heard = try await rig.next() }
    #expect(heard == "one: c")
  }

  @Test("closes the connection of what does not speak ZMTP, and says so")
  func stranger() async throws {
    let rig = try await SocketRig()
    defer { rig.close() }
    try rig.connectRaw(writing: Array("GET / HTTP/1.1\r\n".utf8))
    #expect(try await rig.next() == "refused: what it sends does not begin with ZMTP's greeting")
  }
}
