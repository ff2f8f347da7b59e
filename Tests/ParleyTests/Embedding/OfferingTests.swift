import Foundation
import Parley
import Testing

@Suite(
  "What an application offers to its plugins", .timeLimit(.minutes(5)),
  .enabled(if: Language.python.isInstalled))
struct OfferingTests {
  private struct Range: Codable, Sendable {
    var count: Int
  }

  private struct Stock: Codable, Sendable, Equatable {
    var item: String
    var left: Int
  }

  /// Counts what it has been asked for, and whether it was left.
  private final class Numbers: AsyncSequence, AsyncIteratorProtocol, @unchecked Sendable {
    // Used by one reader at a time, which is how the tests use it.
    private(set) var taken = 0
    private(set) var wasCancelled = false
    let count: Int
    let failure: (any Error)?

    init(_ count: Int, failure: (any Error)? = nil) {
      (self.count, self.failure) = (count, failure)
    }

    func makeAsyncIterator() -> Numbers { self }

    func next() async throws -> Int? {
      wasCancelled = Task.isCancelled
      guard !wasCancelled else { return nil }
      guard taken < count else {
        if let failure { throw failure }
        return nil
      }
      taken += 1
      return taken
    }
  }

  private struct OutOfPaper: Error {}

  /// A plugin that reads a stream of the application's, and listens to its events.
  private static func reader() throws -> PluginFixture {
    try PluginFixture().add(
      "reader", .python,
      """
      from parley import context, emit, on, provide, stream

      seen = []

      @provide("reader.sum")
      def total(count, take=None):
          result = 0
          for number, item in enumerate(stream("shop.numbers", {"count": count}, window=4), 1):
              result += item
              if number == take:
                  break
          return result

      @provide("reader.pass")
      def passing(count):
          yield from stream("shop.numbers", {"count": count})

      @on("stock:**")
      def changed(stock):
          seen.append([context().event, context().emitter, context().event_id, stock])

      @provide("reader.seen")
      def everything():
          return seen

      @provide("reader.forge")
      def forge():
          emit("stock:changed", {"item": "tea", "left": 1})
      """,
      manifest: [
        "events": ["subscribes": ["stock:**"]],
        "services": [
          "provides": [
            "reader.sum": [String: String](), "reader.pass": ["stream": true],
            "reader.seen": [String: String](), "reader.forge": [String: String](),
          ] as [String: Any], "calls": ["shop.*"],
        ] as [String: Any],
      ])
  }

  private static func offer(_ numbers: Numbers, on orchestrator: Orchestrator) async throws {
    try await orchestrator.provideStream("shop.numbers") { (_: Range, _) in numbers }
  }

  @Test("a stream of its own is read by a plugin to its end, and by the application itself")
  func stream() async throws {
    let shop = try EmbeddedShop(Self.reader())
    let (sum, passed) = try await shop.run { orchestrator in
      try await orchestrator.provideStream("shop.numbers") { (range: Range, _) in
        AsyncStream { continuation in
          for number in 1...range.count { continuation.yield(number) }
          continuation.finish()
        }
      }
    } _: { orchestrator in
      let sum = try await orchestrator.client.call("reader.sum", Range(count: 1_000), as: Int.self)
      var passed: [Int] = []
      let items = try await orchestrator.client.stream(
        "reader.pass", Range(count: 200), of: Int.self)
      for try await item in items { passed.append(item) }
      return (sum, passed)
    }
    #expect(sum == 500_500)
    #expect(passed == Array(1...200))
  }

  @Test("a reader that leaves its loop ends the stream, and takes little more than it has read")
  func left() async throws {
    let numbers = Numbers(1_000_000)
    let shop = try EmbeddedShop(Self.reader())
    try await shop.run {
      try await Self.offer(numbers, on: $0)
    } _: { orchestrator in
      let sum = try await orchestrator.client.call(
        "reader.sum", ["count": 1, "take": 10], as: Int.self)
      #expect(sum == 55)
      await orchestrator.waitUntilIdle(timeout: 10)
    }
    #expect(numbers.taken < 20)
  }

  @Test("what a stream throws ends the reader's loop, by the name of its type")
  func failing() async throws {
    let shop = try EmbeddedShop(Self.reader())
    let error = try await shop.run {
      try await Self.offer(Numbers(3, failure: OutOfPaper()), on: $0)
    } _: { orchestrator in
      await #expect(throws: OutcomeError.self) {
        _ = try await orchestrator.client.call("reader.sum", Range(count: 1), as: Int.self)
      }
    }
    #expect(error?.outcome == .handlerError)
    #expect(error?.ename == "OutOfPaper")
    #expect(error?.frames.map(\.plugin) == ["reader", "shop"])
  }

  @Test("a stream is no method with one value, and an item is checked by its schema")
  func kinds() async throws {
    let shop = try EmbeddedShop(Self.reader())
    try await shop.run {
      try await $0.provideStream("shop.numbers", item: ["type": "string"]) {
        (_: Range, _) in Numbers(3)
      }
    } _: { orchestrator in
      let called = await #expect(throws: OutcomeError.self) {
        _ = try await orchestrator.client.call("shop.numbers", Range(count: 1), as: Int.self)
      }
      #expect(called?.outcome == .invalidReply)
      #expect(called?.message.contains("stream()") == true)
      let wrong = await #expect(throws: OutcomeError.self) {
        _ = try await orchestrator.client.call("reader.sum", Range(count: 1), as: Int.self)
      }
      #expect(wrong?.cause?.outcome == .invalidReply || wrong?.outcome == .invalidReply)
    }
  }

  @Test("an event of its own reaches the plugins that subscribe, in the way that it declares")
  func events() async throws {
    let shop = try EmbeddedShop(Self.reader())
    let (changed, sold) = (EventBox<Stock>(), EventBox<Stock>())
    try await shop.run { orchestrator in
      let schema: JSONValue = [
        "required": ["item", "left"], "properties": ["left": ["minimum": 0]],
      ]
      await changed.keep(
        try await orchestrator.declare("stock:changed", payload: schema) { $0.delivery = .queued })
      await sold.keep(try await orchestrator.declare("stock:sold", of: Stock.self))
    } _: { orchestrator in
      let (changed, sold) = (try #require(await changed.event), try #require(await sold.event))
      let done = try await changed.emit(
        Stock(item: "tea", left: 3), id: "tea-3", confirm: .all, timeout: 10)
      #expect(done.isConfirmed && done.outcomes.keys.sorted() == ["reader"])
      #expect(try await changed.emit(Stock(item: "tea", left: 3), id: "tea-3") == 0)
      #expect(try await sold.emit(Stock(item: "cup", left: 0), confirm: .all).isConfirmed)
      let wrong = await #expect(throws: OutcomeError.self) {
        try await changed.emit(Stock(item: "tea", left: -1))
      }
      #expect(wrong?.outcome == .invalidPayload && wrong?.pointer == "/left")
      let seen = try await orchestrator.client.call("reader.seen").value
      #expect(
        seen.arrayValue?.compactMap { $0.arrayValue?.first?.stringValue }
          == ["stock:changed", "stock:sold"])
      #expect(
        seen.arrayValue?.first
          == ["stock:changed", "shop", "tea-3", ["item": "tea", "left": 3]])
    }
  }

  @Test("an event of its own is emitted by nobody else, declared once, and named like an event")
  func ownership() async throws {
    let shop = try EmbeddedShop(Self.reader())
    try await shop.run { orchestrator in
      _ = try await orchestrator.declare("stock:changed", of: Stock.self)
    } _: { orchestrator in
      let forged = await #expect(throws: OutcomeError.self) {
        _ = try await orchestrator.client.call("reader.forge")
      }
      #expect(forged?.ename == "PermissionDenied")
      for (name, text) in [
        ("stock:changed", "one owner"), ("stock::changed", "no name of an event"),
      ] {
        let error = await #expect(throws: OutcomeError.self) {
          _ = try await orchestrator.declare(name, of: Stock.self)
        }
        #expect(error?.message.contains(text) == true)
      }
    }
    let thief = try Self.reader().add(
      "thief", .python, "x = 1\n",
      manifest: ["events": ["emits": ["stock:changed": [String: String]()]]])
    let other = try EmbeddedShop(thief)
    let error = await #expect(throws: OutcomeError.self) {
      try await other.run {
        _ = try await $0.declare("stock:changed", of: Stock.self)
      } _: { _ in
      }
    }
    #expect(error?.message.contains("stock:changed is declared by") == true)
  }

  @Test("what it offers is listed: its methods, its streams and its events")
  func listed() async throws {
    let shop = try EmbeddedShop(Self.reader())
    try await shop.run { orchestrator in
      try await Self.offer(Numbers(1), on: orchestrator)
      try await orchestrator.provide("shop.rate") { (_: JSONValue, _) in 2 }
      _ = try await orchestrator.declare("stock:changed", of: Stock.self)
    } _: { orchestrator in
      let runtime = ["PARLEY_RUNTIME_DIR": shop.runtime]
      let connection = try await ControlConnection.open(path: nil, environment: runtime)
      let own = try await connection.client.status()["application"]
      #expect(own?["name"] == "shop" && own?["language"] == "swift")
      #expect(own?["provides"] == ["shop.numbers", "shop.rate"])
      #expect(own?["streams"] == ["shop.numbers"] && own?["events"] == ["stock:changed"])
      let services = try await connection.client.services("shop.*")["services"]?.arrayValue
      #expect(services?.compactMap { $0["plugin"]?.stringValue } == ["shop", "shop"])
      await connection.close()
      let ps = try await ParleyProgram.run(["ps"], runtime: shop.runtime)
      #expect(ps.output.contains("application"))
      #expect(ps.output.contains("shop.numbers shop.rate"))
      let call = try await ParleyProgram.run(
        ["call", "shop.numbers", #"{"count": 1}"#, "--json"], runtime: shop.runtime)
      #expect(call.output.contains(#"{"item":1}"#), "\(call.output) \(call.errors)")
    }
  }
}

/// Keeps what was declared until it is needed.
private actor EventBox<Payload: Codable & Sendable> {
  private(set) var event: OwnedEvent<Payload>?

  func keep(_ event: OwnedEvent<Payload>) { self.event = event }
}
