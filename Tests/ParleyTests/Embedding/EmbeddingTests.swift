import Foundation
import Parley
import Testing

@Suite(
  "An application that embeds Parley", .timeLimit(.minutes(5)),
  .enabled(if: Language.python.isInstalled))
struct EmbeddingTests {
  private typealias Quote = EmbeddedShop.Quote

  private struct UnknownCurrency: Error, CustomStringConvertible {
    let description: String
  }

  /// Rates of two for every currency but one.
  private static func offerRates(_ orchestrator: Orchestrator) async throws {
    try await orchestrator.provide("shop.rate") {
      (request: EmbeddedShop.RateRequest, _) async throws -> Double in
      guard request.currency != "???" else {
        throw UnknownCurrency(description: "there is no currency \(request.currency)")
      }
      return 2
    }
  }

  @Test("calls a plugin with Swift's types, which calls a method of the application's")
  func calls() async throws {
    let shop = try EmbeddedShop(EmbeddedShop.pricing())
    let quote = try await shop.run(offering: Self.offerRates) {
      try await $0.client.call(
        "pricing.quote", EmbeddedShop.Basket(items: 3), as: Quote.self)
    }
    #expect(quote == Quote(total: 6, currency: "EUR"))
  }

  @Test("takes the items of a stream as a Swift type")
  func streams() async throws {
    let shop = try EmbeddedShop(EmbeddedShop.pricing())
    let totals = try await shop.run { orchestrator in
      var totals: [Double] = []
      let quotes = try await orchestrator.client.stream(
        "pricing.series", ["count": 100], of: Quote.self)
      for try await quote in quotes { totals.append(quote.total) }
      return totals
    }
    #expect(totals == (0..<100).map { Double($0) * 0.5 })
  }

  @Test("is told the place where a result is not of the type it asks for")
  func wrongType() async throws {
    struct Receipt: Codable { let total: [Int] }
    let shop = try EmbeddedShop(EmbeddedShop.pricing())
    let error = try await shop.run(offering: Self.offerRates) { orchestrator in
      await #expect(throws: OutcomeError.self) {
        _ = try await orchestrator.client.call(
          "pricing.quote", EmbeddedShop.Basket(items: 1), as: Receipt.self)
      }
    }
    #expect(error?.outcome == .invalidReply)
    #expect(error?.pointer == "/total")
  }

  @Test("loops over events, in order, beside the calls that cause them")
  func events() async throws {
    let shop = try EmbeddedShop(EmbeddedShop.pricing())
    let totals = try await shop.run(offering: Self.offerRates) { orchestrator in
      let events = try await orchestrator.events("quote:*", as: Quote.self)
      async let made: Void = {
        for items in 1...5 {
          _ = try await orchestrator.client.call(
            "pricing.quote", EmbeddedShop.Basket(items: items), as: Quote.self)
        }
      }()
      var totals: [Double] = []
      for await event in events {
        #expect(event.name == "quote:made")
        #expect(event.emitter == "pricing")
        totals.append(event.payload.total)
        if totals.count == 5 { break }
      }
      try await made
      return totals
    }
    #expect(totals == [2, 4, 6, 8, 10])
  }

  @Test("an event that is not of the loop's type is handed back, and the loop goes on")
  func wrongPayload() async throws {
    let shop = try EmbeddedShop(EmbeddedShop.pricing())
    let (outcomes, next) = try await shop.run(offering: Self.offerRates) { orchestrator in
      let events = try await orchestrator.events("quote:made", as: Quote.self)
      async let first = { await events.first { _ in true } }()
      let outcomes = try await orchestrator.client.call("pricing.confirmed").value
      _ = try await orchestrator.client.call(
        "pricing.quote", EmbeddedShop.Basket(items: 4), as: Quote.self)
      return (outcomes, await first?.payload)
    }
    #expect(outcomes["shop"]?["outcome"] == "invalid_payload")
    #expect(outcomes["shop"]?["pointer"] == "/total")
    #expect(next == Quote(total: 8, currency: "EUR"))
  }

  @Test("a loop ends with the orchestrator, and with its task")
  func loopsEnd() async throws {
    let shop = try EmbeddedShop(EmbeddedShop.pricing())
    let loops = try await shop.run { orchestrator in
      let (first, second) = (
        try await orchestrator.events("quote:*", as: Quote.self),
        try await orchestrator.events("quote:*", as: Quote.self)
      )
      let cancelled = Task { for await _ in first {} }
      cancelled.cancel()
      await cancelled.value
      return Task { for await _ in second {} }
    }
    await loops.value
  }

  @Test("an error of its own method reaches the caller with the type's name and both places")
  func errors() async throws {
    let shop = try EmbeddedShop(EmbeddedShop.pricing())
    let error = try await shop.run(offering: Self.offerRates) { orchestrator in
      await #expect(throws: OutcomeError.self) {
        _ = try await orchestrator.client.call(
          "pricing.quote", EmbeddedShop.Basket(items: 1, currency: "???"), as: Quote.self)
      }
    }
    #expect(error?.outcome == .handlerError)
    #expect(error?.ename == "UnknownCurrency")
    #expect(error?.evalue == "there is no currency ???")
    #expect(error?.frames.map(\.plugin) == ["pricing", "shop"])
    #expect(error?.frames.last?.language == "swift")
    #expect(error?.frames.last?.file.hasSuffix("EmbeddingTests.swift") == true)
  }

  @Test("its own method knows its caller and its deadline, and what it calls is nested")
  func context() async throws {
    struct Seen: Codable, Sendable, Equatable {
      var caller: String
      var depth: Int
      var hasTime: Bool
    }
    let fixture = try PluginFixture().add(
      "asking", .python,
      """
      from parley import call, context, provide

      @provide("asking.outer")
      def outer():
          return call("shop.outer", {})

      @provide("asking.inner")
      def inner():
          return context().depth
      """,
      manifest: PluginFixture.services("asking.outer", "asking.inner", calls: ["shop.*"]))
    let shop = try EmbeddedShop(fixture)
    let seen = try await shop.run { orchestrator in
      let client = orchestrator.client
      try await orchestrator.provide("shop.outer") { (_: JSONValue, context) -> Seen in
        let depth = try await client.call("asking.inner", as: Int.self)
        return Seen(
          caller: context.caller, depth: depth,
          hasTime: context.remaining.map { $0 > .seconds(1) && $0 < .seconds(6) } ?? false)
      }
    } _: { orchestrator in
      try await orchestrator.client.call("asking.outer", as: Seen.self, timeout: 5)
    }
    #expect(seen == Seen(caller: "asking", depth: 3, hasTime: true))
  }

  @Test("the task of a handler is cancelled when its caller gives up")
  func cancelled() async throws {
    let shop = try EmbeddedShop(EmbeddedShop.pricing())
    let (stream, continuation) = AsyncStream.makeStream(of: String.self)
    let error = try await shop.run { orchestrator in
      try await orchestrator.provide("shop.rate") { (_: EmbeddedShop.RateRequest, _) -> Double in
        continuation.yield("began")
        do {
          try await Task.sleep(for: .seconds(60))
        } catch {
          continuation.yield("cancelled")
          throw error
        }
        return 1
      }
    } _: { orchestrator in
      let error = await #expect(throws: OutcomeError.self) {
        _ = try await orchestrator.client.call(
          "pricing.quote", EmbeddedShop.Basket(items: 1), as: Quote.self, timeout: 0.3)
      }
      var seen = stream.makeAsyncIterator()
      #expect(await seen.next() == "began")
      #expect(await seen.next() == "cancelled")
      return error
    }
    #expect(error?.outcome == .timeout)
  }

  @Test("no more handlers run at a time than the application's mailbox has places")
  func mailbox() async throws {
    let shop = try EmbeddedShop(EmbeddedShop.pricing()) { $0.mailbox = .serial }
    let gauge = Gauge()
    try await shop.run { orchestrator in
      try await orchestrator.provide("shop.slow") { (_: JSONValue, _) -> Int in
        await gauge.enter()
        await Task.yield()
        await gauge.leave()
        return 1
      }
    } _: { orchestrator in
      try await withThrowingTaskGroup { group in
        for _ in 0..<20 {
          group.addTask { _ = try await orchestrator.client.call("shop.slow", as: Int.self) }
        }
        try await group.waitForAll()
      }
    }
    #expect(await gauge.most == 1)
  }

  @Test("no plugin can take a name that the application provides")
  func names() async throws {
    let fixture = try EmbeddedShop.pricing().add(
      "thief", .python, "x = 1\n", manifest: PluginFixture.services("shop.rate"))
    let shop = try EmbeddedShop(fixture)
    let error = await #expect(throws: OutcomeError.self) {
      try await shop.run(offering: Self.offerRates) { _ in }
    }
    #expect(error?.message.contains("shop.rate is provided by") == true)
  }

  @Test("it cannot take a name that a plugin provides, nor one that is none")
  func takenNames() async throws {
    let shop = try EmbeddedShop(EmbeddedShop.pricing())
    try await shop.run { orchestrator in
      let taken = await #expect(throws: OutcomeError.self) {
        try await orchestrator.provide("pricing.quote") { (_: JSONValue, _) -> Int in 1 }
      }
      #expect(taken?.message.contains("provided by the plugin pricing") == true)
      let wrong = await #expect(throws: OutcomeError.self) {
        try await orchestrator.provide("pricing..quote") { (_: JSONValue, _) -> Int in 1 }
      }
      #expect(wrong?.outcome == .invalidPayload)
    }
  }
}

/// Counts how many are inside at a time.
private actor Gauge {
  private var inside = 0
  private(set) var most = 0

  func enter() {
    inside += 1
    most = max(most, inside)
  }

  func leave() { inside -= 1 }
}
