import Testing

@testable import Broker

@Suite("The queue of deadlines")
struct DeadlineQueueTests {
  private static func at(_ second: UInt64) -> Instant {
    Instant(nanoseconds: second * 1_000_000_000)
  }

  @Test("gives what has expired, earliest first")
  func order() {
    var queue = DeadlineQueue<Int>()
    for (key, second) in [(1, 5), (2, 3), (3, 9), (4, 1)] {
      queue.set(key, at: Self.at(UInt64(second)))
    }
    var expired: [Int] = []
    while let key = queue.popExpired(at: Self.at(5)) { expired.append(key) }
    #expect(expired == [4, 2, 1])
    let result1 = queue.next()
    #expect(result1 == Self.at(9))
  }

  @Test("forgets a deadline that is removed, and keeps the last one that is set")
  func replaced() {
    var queue = DeadlineQueue<Int>()
    queue.set(1, at: Self.at(1))
    queue.set(1, at: Self.at(7))
    queue.set(2, at: Self.at(2))
    queue.remove(2)
    let result2 = queue.popExpired(at: Self.at(6))
    #expect(result2 == nil)
    let result3 = queue.next()
    #expect(result3 == Self.at(7))
    #expect(queue.count == 1)
  }

  @Test("stays small while a million deadlines come and go")
  func compaction() {
    var queue = DeadlineQueue<Int>()
    for key in 0..<1_000_000 {
      queue.set(key, at: Self.at(UInt64(1_000_000 + key)))
      queue.remove(key)
    }
    #expect(queue.count == 0)
    #expect(queue.storedCount <= 65)
  }
}
