import Store
import Testing

@Suite("Durable events", .timeLimit(.minutes(5)))
struct EventTests {
  let fixture: StoreFixture
  let store: Store
  let subscriber = DurableSubscriber(tenant: "default", plugin: "bill", pattern: "order:*")

  init() throws {
    fixture = try StoreFixture()
    store = try fixture.open()
  }

  @Test("an event is kept for each subscriber whose pattern matches, and for no other tenant")
  func matching() async throws {
    let all = [
      subscriber, DurableSubscriber(tenant: "default", plugin: "mail", pattern: "order:placed"),
      DurableSubscriber(tenant: "default", plugin: "mail", pattern: "**"),
      DurableSubscriber(tenant: "default", plugin: "mail", pattern: "order:paid"),
      DurableSubscriber(tenant: "other", plugin: "bill", pattern: "order:*"),
    ]
    for subscriber in all { try await store.subscribe(subscriber) }
    try await store.subscribe(subscriber)
    #expect(try await store.append(event("1")) == .stored(subscribers: 3))
    let counts = try await counts(all)
    #expect(counts == [1, 1, 1, 0, 0])
    #expect(try await store.subscribers().count == all.count)
  }

  @Test("what is not acknowledged is there after reopening, in order, with its attempts")
  func recovery() async throws {
    try await store.subscribe(subscriber)
    for number in 1...5 { _ = try await store.append(event("\(number)")) }
    let pending = try await store.pendingDeliveries(to: subscriber)
    #expect(pending.map(\.event.id) == ["1", "2", "3", "4", "5"])
    #expect(try await store.beginAttempt(pending[0].number, to: subscriber) == 1)
    #expect(try await store.acknowledge(pending[1].number, by: subscriber))
    await store.close()
    let again = try fixture.open()
    let left = try await again.pendingDeliveries(to: subscriber)
    #expect(left.map(\.event.id) == ["1", "3", "4", "5"])
    #expect(left.map(\.attempts) == [1, 0, 0, 0])
    #expect(left[0].event == event("1"))
    #expect(try await again.beginAttempt(left[0].number, to: subscriber) == 2)
    let page = try await again.pendingDeliveries(to: subscriber, after: left[1].number, limit: 1)
    #expect(page.map(\.event.id) == ["4"])
  }

  @Test("an event acknowledged once is not delivered or stored again")
  func deduplication() async throws {
    try await store.subscribe(subscriber)
    _ = try await store.append(event("1"))
    let delivery = try #require(try await store.pendingDeliveries(to: subscriber).first)
    #expect(try await store.acknowledge(delivery.number, by: subscriber))
    #expect(try await store.acknowledge(delivery.number, by: subscriber) == false)
    #expect(try await store.beginAttempt(delivery.number, to: subscriber) == nil)
    await store.close()
    let again = try fixture.open()
    #expect(try await again.append(event("1")) == .duplicate)
    #expect(try await again.append(event("1", tenant: "other")) == .stored(subscribers: 0))
    #expect(try await again.pendingDeliveries(to: subscriber).isEmpty)
  }

  @Test("an id is remembered of its own event only, and of one that names no id nothing is")
  func ownWindow() async throws {
    let few = try fixture.open { $0.deduplicationCount = 1 }
    #expect(try await few.append(event("1")) == .stored(subscribers: 0))
    #expect(try await few.append(event("1", name: "order:paid")) == .stored(subscribers: 0))
    #expect(try await few.append(event("1")) == .duplicate)
    #expect(try await few.append(event("2", remembersID: false)) == .stored(subscribers: 0))
    #expect(try await few.append(event("2", remembersID: false)) == .stored(subscribers: 0))
    #expect(try await few.append(event("1")) == .duplicate)
  }

  @Test("the window of remembered ids is bounded by count and by age")
  func window() async throws {
    let few = try fixture.open { $0.deduplicationCount = 2 }
    for id in ["1", "2", "3"] { _ = try await few.append(event(id)) }
    #expect(try await few.append(event("3")) == .duplicate)
    #expect(try await few.append(event("1")) == .stored(subscribers: 0))
    await few.close()
    let brief = try fixture.open { $0.deduplicationAge = 0 }
    #expect(try await brief.append(event("1")) == .stored(subscribers: 0))
  }

  @Test("a failed delivery waits for its next try; given up, it is a dead letter with its error")
  func failing() async throws {
    try await store.subscribe(subscriber)
    _ = try await store.append(event("1"))
    let number = try #require(try await store.pendingDeliveries(to: subscriber).first).number
    _ = try await store.beginAttempt(number, to: subscriber)
    try await store.fail(number, of: subscriber, error: "no paper", retryAfter: 60)
    let waiting = try #require(try await store.pendingDeliveries(to: subscriber).first)
    #expect(waiting.attempts == 1)
    #expect(waiting.lastError == "no paper")
    #expect(waiting.nextTry > 0)
    try await store.fail(number, of: subscriber, error: "no ink", retryAfter: nil)
    #expect(try await store.pendingDeliveries(to: subscriber).isEmpty)
    #expect(try await store.beginAttempt(number, to: subscriber) == nil)
    let dead = try await store.deadLetters()
    #expect(dead.map(\.lastError) == ["no ink"])
    #expect(dead.first?.subscriber == subscriber)
    #expect(try await store.retryDeadLetter(number, of: subscriber))
    #expect(try await store.retryDeadLetter(number, of: subscriber) == false)
    let revived = try #require(try await store.pendingDeliveries(to: subscriber).first)
    #expect((revived.attempts, revived.nextTry) == (0, 0))
    #expect(try await store.dropDeadLetter(number, of: subscriber) == false)
    try await store.fail(number, of: subscriber, error: "no ink", retryAfter: nil)
    #expect(try await store.dropDeadLetter(number, of: subscriber))
    #expect(try await store.deadLetters().isEmpty)
  }

  @Test("over the quota an event is rejected; acknowledging makes room")
  func quota() async throws {
    let store = try fixture.open { $0.eventQuota = 100 }
    try await store.subscribe(subscriber)
    let second = DurableSubscriber(tenant: "default", plugin: "mail", pattern: "order:*")
    try await store.subscribe(second)
    _ = try await store.append(event("1", bytes: 60))
    let error = try await storeError { _ = try await store.append(event("2", bytes: 60)) }
    #expect(error.code == .rejected)
    #expect(error.description.contains("60 bytes, and 100 is the quota"))
    let number = try #require(try await store.pendingDeliveries(to: subscriber).first).number
    try await store.acknowledge(number, by: subscriber)
    await #expect(throws: StoreError.self) { try await store.append(event("2", bytes: 60)) }
    #expect(try await store.unsubscribe(second))
    #expect(try await store.unsubscribe(second) == false)
    #expect(try await store.append(event("2", bytes: 60)) == .stored(subscribers: 1))
  }

  @Test("a pattern that is none is refused")
  func pattern() async throws {
    let bad = DurableSubscriber(tenant: "default", plugin: "bill", pattern: "order:*x")
    let error = try await storeError { try await store.subscribe(bad) }
    #expect(error.code == .invalid)
  }

  @Test("thousands of appends at once share the syncs of the disk, and keep each emitter's order")
  func groupCommit() async throws {
    let store = store
    try await store.subscribe(subscriber)
    let before = store.transactionCount
    try await withThrowingTaskGroup { group in
      for emitter in 0..<100 {
        group.addTask {
          for number in 0..<20 { _ = try await store.append(event("\(emitter).\(number)")) }
        }
      }
      try await group.waitForAll()
    }
    #expect(store.transactionCount - before < 1_000)
    let pending = try await store.pendingDeliveries(to: subscriber, limit: 5_000)
    #expect(pending.count == 2_000)
    let ids = pending.map(\.event.id).filter { $0.hasPrefix("7.") }
    #expect(ids == (0..<20).map { "7.\($0)" })
  }

  private func counts(_ subscribers: [DurableSubscriber]) async throws -> [Int] {
    var counts: [Int] = []
    for subscriber in subscribers {
      counts.append(try await store.pendingDeliveries(to: subscriber).count)
    }
    return counts
  }
}

/// An order that was placed.
private func event(
  _ id: String, tenant: String = "default", name: String = "order:placed", bytes: Int = 2,
  remembersID: Bool = true
) -> DurableEvent {
  DurableEvent(
    id: id, tenant: tenant, name: name, payload: [UInt8](repeating: 32, count: bytes),
    metadata: [], remembersID: remembersID)
}
