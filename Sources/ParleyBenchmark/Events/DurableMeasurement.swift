import Foundation
import Store

/// How many durable events are stored a second, so that they survive a crash, and how many one subscriber is served.
struct DurableMeasurement {
  /// Events a second.
  struct Rates {
    let stored: Double
    let served: Double
  }

  private static let subscriber = DurableSubscriber(
    tenant: "default", plugin: "stock", pattern: "order:*")

  /// Stores events, so many at a time, and serves them one after the other, each begun and acknowledged.
  func run(events: Int, inFlight: Int) async throws -> Rates {
    let folder = FileManager.default.temporaryDirectory.appending(
      path: "parley-benchmark-\(UUID().uuidString.prefix(8))"
    ).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try Store(path: folder + "/events.sqlite")
    try await store.subscribe(Self.subscriber)
    let stored = try await measure(events) { try await append(events, inFlight, to: store) }
    let served = try await measure(events) { try await serve(events, from: store) }
    await store.close()
    return Rates(stored: stored, served: served)
  }

  private func measure(_ events: Int, _ body: () async throws -> Void) async throws -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    try await body()
    let seconds = (clock.now - start) / .seconds(1)
    return Double(events) / seconds
  }

  private func append(_ events: Int, _ inFlight: Int, to store: Store) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for lane in 0..<inFlight {
        group.addTask {
          for number in stride(from: lane, to: events, by: inFlight) {
            _ = try await store.append(Self.event(number))
          }
        }
      }
      try await group.waitForAll()
    }
  }

  private func serve(_ events: Int, from store: Store) async throws {
    for _ in 0..<events { try await serveNext(from: store) }
  }

  private func serveNext(from store: Store) async throws {
    let waiting = try await store.pendingDeliveries(to: Self.subscriber, limit: 1)
    guard let number = waiting.first?.number else { throw Self.lost }
    let attempt = try await store.beginAttempt(number, to: Self.subscriber)
    guard attempt == 1 else { throw Self.lost }
    try await store.acknowledge(number, by: Self.subscriber)
  }

  private static let lost = BenchmarkError.plugin("The store lost events.")

  private static func event(_ number: Int) -> DurableEvent {
    DurableEvent(
      id: "benchmark-\(number)", tenant: "default", name: "order:placed",
      payload: Array(#"{"id": \#(number), "lines": [{"sku": "a-1", "count": 2}]}"#.utf8),
      metadata: Array(#"{"emitter": "shop", "hops": 1}"#.utf8),
      remembersID: false)
  }
}
