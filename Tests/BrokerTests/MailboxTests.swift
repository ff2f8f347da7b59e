import Testing

@testable import Broker

@Suite("A mailbox")
struct MailboxTests {
  private static func key(_ number: UInt64) -> FrameKey {
    FrameKey(number: number, connection: ConnectionID(1))
  }

  private static func entry(
    _ number: UInt64, bytes: Int = 1, interleaves: Bool = false, isReentrant: Bool = false
  ) -> Mailbox.Entry {
    Mailbox.Entry(
      key: key(number), byteCount: bytes, interleaves: interleaves, isReentrant: isReentrant)
  }

  private static func mailbox(
    _ mode: MailboxMode, messages: Int = 100, bytes: Int = 1_000
  ) -> Mailbox {
    var mailbox = Mailbox(mode: mode, messageLimit: messages, byteLimit: bytes)
    mailbox.isPaused = false
    return mailbox
  }

  /// Admits until nobody is admissible.
  private static func admitAll(
    _ mailbox: inout Mailbox, makesWay: (FrameKey, FrameKey) -> Bool = { _, _ in false }
  ) -> [UInt64] {
    var admitted: [UInt64] = []
    while let key = mailbox.admitNext(makesWay: makesWay) { admitted.append(key.number) }
    return admitted
  }

  @Test("that is paused admits nobody")
  func paused() {
    var mailbox = Self.mailbox(.serial)
    mailbox.isPaused = true
    let result1 = mailbox.enqueue(Self.entry(1))
    #expect(result1 == nil)
    let result2 = Self.admitAll(&mailbox)
    #expect(result2.isEmpty)
  }

  @Test("that is serial admits one at a time, first in first out")
  func serial() {
    var mailbox = Self.mailbox(.serial)
    for number in 1...3 { _ = mailbox.enqueue(Self.entry(UInt64(number))) }
    let result3 = Self.admitAll(&mailbox)
    #expect(result3 == [1])
    mailbox.release(Self.key(1))
    let result4 = Self.admitAll(&mailbox)
    #expect(result4 == [2])
    mailbox.release(Self.key(2))
    let result5 = Self.admitAll(&mailbox)
    #expect(result5 == [3])
  }

  @Test("that is concurrent admits up to its width")
  func concurrent() {
    var mailbox = Self.mailbox(.concurrent(2))
    for number in 1...4 { _ = mailbox.enqueue(Self.entry(UInt64(number))) }
    let result6 = Self.admitAll(&mailbox)
    #expect(result6 == [1, 2])
    mailbox.release(Self.key(1))
    let result7 = Self.admitAll(&mailbox)
    #expect(result7 == [3])
  }

  @Test("lets a request pass that is made on behalf of the open frame, and nobody else")
  func reentrant() {
    var mailbox = Self.mailbox(.serial)
    _ = mailbox.enqueue(Self.entry(1))
    let result8 = Self.admitAll(&mailbox)
    #expect(result8 == [1])
    _ = mailbox.enqueue(Self.entry(2))
    _ = mailbox.enqueue(Self.entry(3, isReentrant: true))
    let makesWay = { (open: FrameKey, waiting: FrameKey) in
      open == Self.key(1) && waiting == Self.key(3)
    }
    let result9 = Self.admitAll(&mailbox, makesWay: makesWay)
    #expect(result9 == [3])
    mailbox.release(Self.key(3))
    let result10 = Self.admitAll(&mailbox, makesWay: makesWay)
    #expect(result10.isEmpty)
    mailbox.release(Self.key(1))
    let result11 = Self.admitAll(&mailbox, makesWay: makesWay)
    #expect(result11 == [2])
  }

  @Test("does not interleave two requests that both call back into one frame")
  func twoCallbacks() {
    var mailbox = Self.mailbox(.serial)
    _ = mailbox.enqueue(Self.entry(1))
    _ = Self.admitAll(&mailbox)
    _ = mailbox.enqueue(Self.entry(2, isReentrant: true))
    _ = mailbox.enqueue(Self.entry(3, isReentrant: true))
    let makesWay = { (open: FrameKey, _: FrameKey) in open == Self.key(1) }
    let result12 = Self.admitAll(&mailbox, makesWay: makesWay)
    #expect(result12 == [2])
    mailbox.release(Self.key(2))
    let result13 = Self.admitAll(&mailbox, makesWay: makesWay)
    #expect(result13 == [3])
  }

  @Test("admits what interleaves always, and does not count it")
  func interleaving() {
    var mailbox = Self.mailbox(.serial)
    _ = mailbox.enqueue(Self.entry(1))
    _ = mailbox.enqueue(Self.entry(2))
    _ = mailbox.enqueue(Self.entry(3, interleaves: true))
    let result14 = Self.admitAll(&mailbox)
    #expect(result14 == [1, 3])
    #expect(mailbox.open == [Self.key(1)])
  }

  @Test("takes so many messages and no more")
  func messageLimit() {
    var mailbox = Self.mailbox(.serial, messages: 2)
    let result15 = mailbox.enqueue(Self.entry(1))
    #expect(result15 == nil)
    let result16 = mailbox.enqueue(Self.entry(2))
    #expect(result16 == nil)
    let result17 = mailbox.enqueue(Self.entry(3))
    #expect(result17 == .tooManyMessages(limit: 2))
    mailbox.withdraw(Self.key(1))
    let result18 = mailbox.enqueue(Self.entry(3))
    #expect(result18 == nil)
  }

  @Test("takes so many bytes and no more, but always one message")
  func byteLimit() {
    var mailbox = Self.mailbox(.serial, bytes: 10)
    let result19 = mailbox.enqueue(Self.entry(1, bytes: 50))
    #expect(result19 == nil)
    let result20 = mailbox.enqueue(Self.entry(2, bytes: 1))
    #expect(result20 == .tooManyBytes(limit: 10))
    mailbox.withdraw(Self.key(1))
    #expect(mailbox.queuedBytes == 0)
    let result21 = mailbox.enqueue(Self.entry(2, bytes: 10))
    #expect(result21 == nil)
  }
}
