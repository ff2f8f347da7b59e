import Foundation
import GRDB
import Testing

@testable import Store

/// A process that writes is killed in the middle, again and again: what it had been told was written is there.
@Suite("A store after SIGKILL", .timeLimit(.minutes(5)), .serialized)
struct CrashTests {
  @Test("keeps all that it confirmed, delivers nothing twice, and has no damage")
  func killed() async throws {
    let fixture = try StoreFixture()
    var promised = Promised()
    var random = SystemRandomNumberGenerator()
    for round in 0..<36 {
      let lines = try KilledWriter.run(
        path: fixture.path, round: round, lines: Int.random(in: 0...400, using: &random))
      promised.add(lines)
      try await check(fixture, promised)
    }
    #expect(promised.events.count > 100)
    #expect(promised.done.count > 10)
  }

  private func check(_ fixture: StoreFixture, _ promised: Promised) async throws {
    guard FileManager.default.fileExists(atPath: fixture.path) else { return }
    let store = try fixture.open()
    let damage = try await store.read("check") {
      try String.fetchAll($0, sql: "PRAGMA integrity_check")
    }
    #expect(damage == ["ok"])
    for (lane, last) in promised.values {
      let entry = try await store.get("key", in: .plugin("p\(lane)", tenant: "t"))
      let value = entry.flatMap { Int(String(decoding: $0.value, as: UTF8.self)) }
      #expect(entry?.version ?? 0 >= last.version)
      if entry?.version == last.version { #expect(value == last.value) }
    }
    try await checkEvents(store, promised)
    await store.close()
  }

  private func checkEvents(_ store: Store, _ promised: Promised) async throws {
    let subscriber = DurableSubscriber(tenant: "t", plugin: "p", pattern: "a:*")
    let pending = try await store.pendingDeliveries(to: subscriber, limit: .max)
    let ids = pending.map(\.event.id)
    #expect(Set(ids).count == ids.count)
    #expect(Set(ids).isDisjoint(with: promised.done))
    // One delivery at most was acknowledged on the disk and not yet told when the process was killed, in each round.
    let missing = promised.events.subtracting(ids).subtracting(promised.done)
    #expect(missing.count <= promised.rounds)
    let lanes = Dictionary(grouping: ids) { $0.split(separator: "-").dropLast().joined() }
    for lane in lanes.values {
      let numbers = lane.compactMap { $0.split(separator: "-").last.flatMap { Int($0) } }
      #expect(numbers == numbers.sorted())
    }
  }
}

/// What the writer was told was on the disk.
private struct Promised {
  var values: [Int: (value: Int, version: Int64)] = [:]
  var events: Set<String> = []
  var done: Set<String> = []
  var rounds = 0

  mutating func add(_ lines: [String]) {
    rounds += 1
    for words in lines.map({ $0.split(separator: " ").map(String.init) }) {
      switch words[0] {
      case "set":
        guard let lane = Int(words[1]), let value = Int(words[2]), let version = Int64(words[3])
        else { continue }
        values[lane] = (value, version)
      case "event": events.insert(words[1])
      case "done": done.insert(words[1])
      default: Issue.record("an unknown line: \(words)")
      }
    }
  }
}
