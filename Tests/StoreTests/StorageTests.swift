import Testing

@testable import Store

@Suite("Storage", .timeLimit(.minutes(5)))
struct StorageTests {
  let fixture: StoreFixture
  let store: Store

  init() throws {
    fixture = try StoreFixture()
    store = try fixture.open()
  }

  @Test("namespaces do not see each other's keys")
  func namespaces() async throws {
    let all: [StorageNamespace] = [
      .plugin("a", tenant: "x"), .plugin("b", tenant: "x"), .plugin("a", tenant: "y"),
      .global(tenant: "x"), .global(tenant: "y"), .plugin("global", tenant: "x"),
    ]
    for (number, namespace) in all.enumerated() {
      try await store.set("k", in: namespace, to: [UInt8]("\(number)"))
    }
    for (number, namespace) in all.enumerated() {
      #expect(try await store.get("k", in: namespace)?.value == [UInt8]("\(number)"))
      #expect(try await store.list(in: namespace).count == 1)
    }
    try await store.delete("k", in: all[0])
    #expect(try await store.get("k", in: all[0]) == nil)
    #expect(try await store.get("k", in: all[2]) != nil)
  }

  @Test("a version grows with each change and never comes back after a deletion")
  func versions() async throws {
    var versions: [Int64] = []
    for _ in 0..<3 {
      versions.append(try await store.set("k", in: own, to: [UInt8]("1")))
      versions.append(try await store.set("k", in: own, to: [UInt8]("1")))
      #expect(try await store.delete("k", in: own))
      #expect(try await store.delete("k", in: own) == false)
    }
    #expect(versions == versions.sorted())
    #expect(Set(versions).count == versions.count)
  }

  @Test("compare and set writes only what is as expected")
  func comparing() async throws {
    func compare(_ expectation: StorageExpectation, _ value: String) async throws
      -> StorageComparison
    {
      try await store.compareAndSet("k", in: own, to: [UInt8](value), expecting: expectation)
    }
    #expect(try await compare(.version(1), "0") == .conflict(nil))
    guard case .stored(let first) = try await compare(.absent, "1") else {
      Issue.record("not stored")
      return
    }
    let entry = StorageEntry(key: "k", value: [UInt8]("1"), version: first)
    #expect(try await compare(.absent, "2") == .conflict(entry))
    #expect(try await compare(.version(first + 1), "2") == .conflict(entry))
    guard case .stored(let second) = try await compare(.version(first), "2") else {
      Issue.record("not stored")
      return
    }
    #expect(second > first)
    try await store.delete("k", in: own)
    #expect(try await compare(.version(second), "3") == .conflict(nil))
  }

  @Test("many that count at once by comparing lose nothing")
  func counting() async throws {
    let store = store
    try await withThrowingTaskGroup { group in
      for _ in 0..<8 {
        group.addTask { for _ in 0..<25 { try await Self.increment("n", in: store) } }
      }
      try await group.waitForAll()
    }
    #expect(try await store.get("n", in: own)?.value == [UInt8]("200"))
  }

  @Test("a list is in the order of the bytes, by prefix and in pages")
  func listing() async throws {
    let keys = [
      "a", "a/1", "a/2", "a/\u{0}", "a/é", "a/z", "a0", "b", "\u{10FFFF}", "é", "e\u{301}",
    ]
    for key in keys { try await store.set(key, in: own, to: [UInt8]("0")) }
    let listed = try await store.list(prefix: "a/", in: own).map { Array($0.key.utf8) }
    #expect(listed == ["a/\u{0}", "a/1", "a/2", "a/z", "a/é"].map { Array($0.utf8) })
    let all = try await store.list(in: own)
    #expect(all.count == keys.count)
    let first = try await store.list(prefix: "a/", in: own, limit: 2)
    #expect(first.map(\.key) == ["a/\u{0}", "a/1"])
    let rest = try await store.list(prefix: "a/", in: own, after: first.last?.key)
    #expect(rest.map(\.key) == ["a/2", "a/z", "a/é"])
    #expect(try await store.list(prefix: "c", in: own).isEmpty)
  }

  @Test(
    "a key that cannot be kept is refused with the reason",
    arguments: ["", String(repeating: "k", count: 513), String(repeating: "é", count: 257)])
  func keys(_ key: String) async throws {
    let error = try await storeError { try await store.set(key, in: own, to: [UInt8]("1")) }
    #expect(error.code == .invalid)
    #expect(error.description.contains("512"))
    await #expect(throws: StoreError.self) { try await store.get(key, in: own) }
    await #expect(throws: StoreError.self) { try await store.delete(key, in: own) }
  }

  @Test("keys up to the limit, with whatever characters, are kept")
  func longKeys() async throws {
    for key in [String(repeating: "k", count: 512), "a\u{0}b", "\u{1F600}", " ", "..", "'\"\\%_*"] {
      try await store.set(key, in: own, to: [UInt8]("1"))
      #expect(try await store.get(key, in: own)?.key.utf8.elementsEqual(key.utf8) == true)
    }
  }

  @Test("a value over the limit, or no JSON, is refused and changes nothing")
  func values() async throws {
    let store = try fixture.open { $0.valueLimit = 10 }
    try await store.set("k", in: own, to: [UInt8]("\"12345678\""))
    let large = try await storeError {
      try await store.set("k", in: own, to: [UInt8]("\"123456789\""))
    }
    #expect(large.code == .tooLarge)
    #expect(large.description.contains("blob"))
    for text in ["", "{", "nope", "1 2", "\"\u{1}\""] {
      let error = try await storeError { try await store.set("k", in: own, to: [UInt8](text)) }
      #expect(error.code == .invalid)
    }
    #expect(try await store.get("k", in: own)?.value == [UInt8]("\"12345678\""))
  }

  @Test("who watches gets each change of the prefix, in the order of the versions")
  func watching() async throws {
    let changes = store.changes(of: "a/", in: own)
    try await store.set("b", in: own, to: [UInt8]("0"))
    try await store.set("a/1", in: .global(tenant: "default"), to: [UInt8]("0"))
    let first = try await store.set("a/1", in: own, to: [UInt8]("1"))
    _ = try await store.compareAndSet("a/1", in: own, to: [UInt8]("2"), expecting: .absent)
    _ = try await store.compareAndSet(
      "a/1", in: own, to: [UInt8]("3"), expecting: .version(first))
    try await store.delete("a/1", in: own)
    try await store.delete("a/1", in: own)
    try await store.set("a/2", in: own, to: [UInt8]("4"))
    await store.close()
    var seen: [StorageChange] = []
    for await change in changes { seen.append(change) }
    #expect(seen.map(\.key) == ["a/1", "a/1", "a/1", "a/2"])
    let values = seen.map { $0.value.map { String(decoding: $0, as: UTF8.self) } }
    #expect(values == ["1", "3", nil, "4"])
    #expect(seen.map(\.version) == seen.map(\.version).sorted())
  }

  @Test("many writers share a transaction, and a failing one is undone alone")
  func batches() async throws {
    let (store, count) = (store, 1_000)
    let before = store.transactionCount
    await withTaskGroup { group in
      for number in 0..<count {
        group.addTask { _ = try? await store.set("k\(number)", in: own, to: [UInt8]("1")) }
        if number.isMultiple(of: 10) {
          group.addTask { _ = try? await store.failAfterWriting("bad\(number)", in: own) }
        }
      }
    }
    #expect(store.transactionCount - before < count / 4)
    #expect(try await store.list(prefix: "k", in: own, limit: 2 * count).count == count)
    #expect(try await store.list(prefix: "bad", in: own).isEmpty)
  }

  @Test("what is performed without waiting is done and told in the order in which it was asked for")
  func order() async throws {
    let (store, count) = (store, 500)
    let (results, told) = AsyncStream.makeStream(of: String.self)
    for number in 0..<count {
      store.perform("set") {
        try $0.set("k", in: own, to: [UInt8]("\(number)"))
      } then: { _ in
      }
      store.perform("get") {
        try $0.get("k", in: own)?.value
      } then: { result in
        told.yield(((try? result.get()) ?? nil).map { String(decoding: $0, as: UTF8.self) } ?? "?")
      }
    }
    store.perform("end") { _ in
    } then: { _ in
      told.finish()
    }
    var seen: [String] = []
    for await value in results { seen.append(value) }
    #expect(seen == (0..<count).map(String.init))
  }

  @Test("a transaction that throws has changed nothing, and told nobody")
  func undone() async throws {
    let changes = store.changes(in: own)
    let error = try await storeError {
      try await store.transaction("try") { transaction in
        _ = try transaction.set("k", in: own, to: [UInt8]("1"))
        _ = try transaction.set("", in: own, to: [UInt8]("1"))
      }
    }
    #expect(error.code == .invalid)
    #expect(try await store.get("k", in: own) == nil)
    await store.close()
    for await change in changes { Issue.record("\(change)") }
  }

  private static func increment(_ key: String, in store: Store) async throws {
    while true {
      let entry = try await store.get(key, in: own)
      let number = entry.flatMap { Int(String(decoding: $0.value, as: UTF8.self)) } ?? 0
      let comparison = try await store.compareAndSet(
        key, in: own, to: [UInt8]("\(number + 1)"),
        expecting: entry.map { .version($0.version) } ?? .absent)
      if case .stored = comparison { return }
    }
  }
}
