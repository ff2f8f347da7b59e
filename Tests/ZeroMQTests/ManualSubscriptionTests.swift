import Foundation
import Testing
import ZeroMQ

@Suite("An XPUB in manual mode", .timeLimit(.minutes(5)))
struct ManualSubscriptionTests {
  private let pair: SocketPair
  private var xpub: Socket { pair.bound }
  private var subscriber: Socket { pair.connected }

  init() throws {
    pair = try SocketPair(.xpub, .sub) { xpub, _ in try xpub.set(.xpubManual, to: true) }
  }

  /// Has `subscriber` ask for `key`, and the XPUB admit it.
  private func admit(_ key: String, for subscriber: Socket) throws {
    try subscriber.subscribe(to: [UInt8](key))
    #expect(try xpub.next() == [[1] + [UInt8](key)])
    try xpub.subscribe(to: [UInt8](key))
  }

  private func publish(_ topic: String, _ body: String) throws {
    #expect(try xpub.send([[UInt8](topic), [UInt8](body)]) == .sent)
  }

  @Test("gives nothing to a subscription of the empty prefix")
  func emptyPrefix() throws {
    try subscriber.subscribe(to: [])
    #expect(try xpub.next() == [[1]])
    try publish("secret", "before")
    try admit("known", for: subscriber)
    try publish("secret", "after")
    try publish("known", "news")
    // In order, so that whatever had passed would be here first.
    #expect(try subscriber.next() == [[UInt8]("known"), [UInt8]("news")])
  }

  @Test("gives an admitted key its own messages, and ends with the admission")
  func admission() throws {
    try admit("a1", for: subscriber)
    try admit("end", for: subscriber)
    for topic in ["a1", "a2", "b", "a1"] { try publish(topic, "to " + topic) }
    #expect(try subscriber.next() == [[UInt8]("a1"), [UInt8]("to a1")])
    #expect(try subscriber.next() == [[UInt8]("a1"), [UInt8]("to a1")])
    try subscriber.unsubscribe(from: [UInt8]("a1"))
    #expect(try xpub.next() == [[0] + [UInt8]("a1")])
    try xpub.unsubscribe(from: [UInt8]("a1"))
    try publish("a1", "too late")
    try publish("end", "")
    #expect(try subscriber.next() == [[UInt8]("end"), []])
  }

  @Test("reads a nonce after the key it was sent after, when the key is in force")
  func nonce() throws {
    try subscriber.subscribe(to: [UInt8]("key"))
    try subscriber.subscribe(to: [UInt8]("nonce"))
    #expect(try xpub.next() == [[1] + [UInt8]("key")])
    try xpub.subscribe(to: [UInt8]("key"))
    #expect(try xpub.next() == [[1] + [UInt8]("nonce")])
    try publish("key", "first")
    #expect(try subscriber.next() == [[UInt8]("key"), [UInt8]("first")])
  }

  @Test("admits the peer that asked, and not another that waits for the same key")
  func otherPeer() throws {
    let other = try Socket(context: pair.context, kind: .sub)
    try other.connect(pair.endpoint)
    try other.subscribe(to: [UInt8]("key"))
    #expect(try xpub.next() == [[1] + [UInt8]("key")])
    try admit("key", for: subscriber)
    try publish("key", "for one")
    #expect(try subscriber.next() == [[UInt8]("key"), [UInt8]("for one")])
    try admit("mine", for: other)
    try publish("mine", "")
    #expect(try other.next() == [[UInt8]("mine"), []])
  }

  @Test("does not disturb the others when a subscriber goes")
  func disconnect() throws {
    let other = try Socket(context: pair.context, kind: .sub)
    try other.connect(pair.endpoint)
    try admit("key", for: other)
    try admit("key", for: subscriber)
    other.close()
    #expect(try xpub.next() == [[0] + [UInt8]("key")])
    try xpub.unsubscribe(from: [UInt8]("key"))
    try publish("key", "still here")
    #expect(try subscriber.next() == [[UInt8]("key"), [UInt8]("still here")])
  }

  @Test("tells who asked")
  func peerAddress() throws {
    try subscriber.subscribe(to: [UInt8]("key"))
    let message = try xpub.nextMessage()
    #expect(message.property(.peerAddress, ofPart: 0)?.contains(":\(getpid())") == true)
  }

  @Test("verbosely reports every subscription and its end")
  func verboser() throws {
    let verbose = try SocketPair(.xpub, .sub) { xpub, _ in try xpub.set(.xpubVerboser, to: true) }
    let other = try Socket(context: verbose.context, kind: .sub)
    try other.connect(verbose.endpoint)
    for socket in [other, verbose.connected] {
      try socket.subscribe(to: [7])
      #expect(try verbose.bound.next() == [[1, 7]])
    }
    for socket in [other, verbose.connected] {
      try socket.unsubscribe(from: [7])
      #expect(try verbose.bound.next() == [[0, 7]])
    }
  }
}
