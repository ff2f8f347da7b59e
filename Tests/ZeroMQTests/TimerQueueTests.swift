import Testing

@testable import ZeroMQ

@Suite("The timer queue")
struct TimerQueueTests {
  /// Takes out all that is due at `now` and runs it.
  private func fire(_ queue: inout TimerQueue, at now: UInt64) {
    let limit = queue.nextToken
    while let handler = queue.popDue(at: now, setBefore: limit) { handler() }
  }

  @Test("fires the earliest first, and equal ones in the order they were set")
  func order() {
    var queue = TimerQueue()
    var fired: [Int] = []
    for (index, deadline) in [50, 10, 30, 10, 20, 10, 40].enumerated() {
      _ = queue.insert(at: UInt64(deadline)) { fired.append(index) }
    }
    fire(&queue, at: 30)
    #expect(fired == [1, 3, 5, 4, 2])
    #expect(queue.nextDeadline() == 40)
    fire(&queue, at: 100)
    #expect(fired == [1, 3, 5, 4, 2, 6, 0])
    #expect(queue.nextDeadline() == nil)
  }

  @Test("fires a thousand random deadlines in order", arguments: [1, 2, 3])
  func random(seed: UInt64) {
    var queue = TimerQueue()
    var fired: [UInt64] = []
    var state = seed
    for _ in 0..<1_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let deadline = state >> 54
      let token = queue.insert(at: deadline) { fired.append(deadline) }
      if state >> 40 & 3 == 0 { _ = queue.cancel(token) }
    }
    let alive = queue.count
    fire(&queue, at: .max)
    #expect(fired.count == alive)
    #expect(fired == fired.sorted())
  }

  @Test("does not fire what was cancelled, and cancels once")
  func cancel() {
    var queue = TimerQueue()
    var fired: [Int] = []
    let tokens = (0..<3).map { index in queue.insert(at: 5) { fired.append(index) } }
    let attempts = [queue.cancel(tokens[1]), queue.cancel(tokens[1])]
    #expect(attempts == [true, false])
    fire(&queue, at: 5)
    #expect(fired == [0, 2])
    let late = queue.cancel(tokens[0])
    #expect(!late)
  }

  @Test("stays in order when a hundred thousand cancelled timers are swept out")
  func sweep() {
    var queue = TimerQueue()
    var fired: [UInt64] = []
    for deadline in (0..<100_000).reversed() as ReversedCollection<Range<UInt64>> {
      let token = queue.insert(at: deadline) { fired.append(deadline) }
      if deadline % 1_000 != 0 { _ = queue.cancel(token) }
    }
    #expect(queue.count == 100)
    #expect(queue.heap.count <= 2 * 100 + 65)
    fire(&queue, at: .max)
    #expect(fired == (0..<100).map { $0 * 1_000 })
  }

  @Test("leaves timers that handlers set for the next turn, even when due")
  func limit() {
    var queue = TimerQueue()
    let limit = queue.nextToken
    _ = queue.insert(at: 0) {}
    #expect(queue.popDue(at: 10, setBefore: limit) == nil)
    #expect(queue.popDue(at: 10, setBefore: queue.nextToken) != nil)
  }
}
