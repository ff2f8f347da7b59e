import Testing

@testable import Broker

@Suite("The table of locks")
struct LockTableTests {
  private static func key(_ number: UInt64) -> FrameKey {
    FrameKey(number: number, connection: ConnectionID(1))
  }

  @Test("gives a lock to one frame, then to the next in line")
  func line() {
    var table = LockTable()
    let result1 = table.acquire("a", for: Self.key(1))
    #expect(result1)
    let result2 = table.acquire("a", for: Self.key(2))
    #expect(!result2)
    let result3 = table.acquire("a", for: Self.key(3))
    #expect(!result3)
    let result4 = table.release("a", by: Self.key(1))
    #expect(result4 == Self.key(2))
    let result5 = table.release("a", by: Self.key(2))
    #expect(result5 == Self.key(3))
    let result6 = table.release("a", by: Self.key(3))
    #expect(result6 == nil)
    #expect(table.isEmpty)
  }

  @Test("lets its holder in again, and frees it when it has left as often")
  func again() {
    var table = LockTable()
    let result7 = table.acquire("a", for: Self.key(1))
    #expect(result7)
    let result8 = table.acquire("a", for: Self.key(1))
    #expect(result8)
    let result9 = table.acquire("a", for: Self.key(2))
    #expect(!result9)
    let result10 = table.release("a", by: Self.key(1))
    #expect(result10 == nil)
    #expect(table.holder(of: "a") == Self.key(1))
    let result11 = table.release("a", by: Self.key(1))
    #expect(result11 == Self.key(2))
  }

  @Test("frees all that a frame holds, and skips who no longer waits")
  func ended() {
    var table = LockTable()
    for name in ["a", "b"] {
      let result12 = table.acquire(name, for: Self.key(1))
      #expect(result12)
      let result13 = table.acquire(name, for: Self.key(2))
      #expect(!result13)
    }
    table.abandon("a", by: Self.key(2))
    let next = table.releaseAll(by: Self.key(1))
    #expect(next.map(\.name) == ["b"])
    #expect(table.holder(of: "b") == Self.key(2))
    let result14 = table.release("a", by: Self.key(2))
    #expect(result14 == nil)
  }
}
