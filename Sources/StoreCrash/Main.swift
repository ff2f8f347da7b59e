import Glibc
import KernelProtocol
import Store

/// Writes into a store without end and says on standard output what is on the disk: `StoreTests` kills it in the middle of
/// that and looks whether it was true.
///
/// Usage: StoreCrash FILE ROUND. Lines: `set LANE VALUE VERSION`, `event ID`, `done ID`.
@main
enum Main {
  static func main() async throws {
    let store = try Store(path: CommandLine.arguments[1])
    let round = CommandLine.arguments[2]
    let subscriber = DurableSubscriber(tenant: "t", plugin: "p", pattern: "a:*")
    try await store.subscribe(subscriber)
    await withTaskGroup { group in
      for lane in 0..<4 {
        group.addTask { try? await write(store, lane: lane) }
        group.addTask { try? await append(store, "\(round)-\(lane)") }
      }
      group.addTask { try? await acknowledge(store, subscriber) }
      group.addTask { record(store) }
    }
  }

  /// One key, counted up.
  private static func write(_ store: Store, lane: Int) async throws {
    let namespace = StorageNamespace.plugin("p\(lane)", tenant: "t")
    for number in 1... {
      let version = try await store.set("key", in: namespace, to: Array("\(number)".utf8))
      say("set \(lane) \(number) \(version)")
    }
  }

  private static func append(_ store: Store, _ name: String) async throws {
    for number in 1... {
      let event = DurableEvent(
        id: "\(name)-\(number)", tenant: "t", name: "a:b", payload: Array("{}".utf8),
        metadata: [])
      _ = try await store.append(event)
      say("event \(event.id)")
    }
  }

  /// Deals with events as they come, more slowly than they do.
  private static func acknowledge(_ store: Store, _ subscriber: DurableSubscriber) async throws {
    while true {
      for delivery in try await store.pendingDeliveries(to: subscriber, limit: 4) {
        _ = try await store.beginAttempt(delivery.number, to: subscriber)
        try await store.acknowledge(delivery.number, by: subscriber)
        say("done \(delivery.event.id)")
      }
      await Task.yield()
    }
  }

  private static func record(_ store: Store) {
    for number in 1...2_000 as ClosedRange<UInt64> {
      store.record(count: 1) {
        [
          SpanRecord(
            trace: "t", span: number, parent: nil, name: "a.b", plugin: "p", language: "lua",
            caller: nil, requested: 1, started: 2, ended: 3, depth: 1, outcome: .ok, message: nil)
        ]
      }
    }
  }

  /// One write, so that a line is whole or not there.
  private static func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { Glibc.write(1, $0.baseAddress, $0.count) }
  }
}
