import Foundation
import Logging
import Parley
import ServiceLifecycle
import Synchronization
import Testing

@Suite(
  "An orchestrator among other services", .timeLimit(.minutes(5)),
  .enabled(if: Language.python.isInstalled))
struct LifecycleTests {
  /// Uses the plugins once, and ends by itself.
  private struct Customer: Service {
    let orchestrator: Orchestrator
    let receive: @Sendable (EmbeddedShop.Quote) -> Void

    func run() async throws {
      try await orchestrator.waitUntilReady()
      receive(
        try await orchestrator.client.call(
          "pricing.quote", EmbeddedShop.Basket(items: 3), as: EmbeddedShop.Quote.self))
    }
  }

  private static func offer(_ orchestrator: Orchestrator) async throws {
    try await orchestrator.provide("shop.rate") { (_: EmbeddedShop.RateRequest, _) -> Double in 2 }
  }

  @Test("starts its plugins, serves the services beside it, and stops when the group shuts down")
  func group() async throws {
    let fixture = try EmbeddedShop.pricing()
    let shop = try EmbeddedShop(fixture)
    try await Self.offer(shop.orchestrator)
    let logs = RecordingLog()
    let logger = Logger(label: "test") { _ in logs }
    let quotes = Mutex<[EmbeddedShop.Quote]>([])
    let plugins = ParleyService(shop.orchestrator, plugins: fixture.plugins, logger: logger)
    let customer = Customer(orchestrator: shop.orchestrator) { quote in
      quotes.withLock { $0.append(quote) }
    }
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: [
          .init(service: plugins),
          .init(service: customer, successTerminationBehavior: .gracefullyShutdownGroup),
        ], logger: logger))
    try await group.run()
    #expect(quotes.withLock { $0 } == [EmbeddedShop.Quote(total: 6, currency: "EUR")])
    #expect(logs.lines.contains("stopped [pricing]"), "\(logs.lines)")
    await #expect(throws: OutcomeError.self) {
      _ = try await shop.orchestrator.client.call("pricing.quote")
    }
  }

  @Test("logs what its plugins print, and which of them cannot run")
  func logs() async throws {
    let fixture = try PluginFixture()
      .add("noisy", .python, "print(\"hello\")\n")
      .add("broken", .python, "raise ValueError(\"no\")\n")
      .add("wrong", manifest: "{\"name\": 3}")
    let shop = try EmbeddedShop(fixture)
    let logs = RecordingLog()
    let service = ParleyService(
      shop.orchestrator, plugins: fixture.plugins, logger: Logger(label: "test") { _ in logs })
    let running = Task { try await service.run() }
    try await shop.orchestrator.waitUntilReady()
    running.cancel()
    try await running.value
    #expect(logs.lines.contains("hello [noisy]"), "\(logs.lines)")
    #expect(
      logs.lines.contains { $0.contains("ValueError") && $0.hasSuffix("[broken]") },
      "\(logs.lines)")
    #expect(logs.lines.contains { $0.contains("plugin.json") && $0.contains("name") })
  }

  @Test("what waits for plugins of an orchestrator that cannot start is told so")
  func neverReady() async throws {
    let fixture = try PluginFixture()
    let shop = try EmbeddedShop(fixture)
    let service = ParleyService(
      shop.orchestrator, plugins: fixture.path + "/nowhere",
      logger: Logger(label: "test") { _ in RecordingLog() })
    let ready = Task { try await shop.orchestrator.waitUntilReady() }
    await #expect(throws: PluginFolderError.self) { try await service.run() }
    let error = await #expect(throws: OutcomeError.self) { try await ready.value }
    #expect(error?.outcome == .unavailable)
  }
}

/// A log whose lines can be looked at: the message, and the plugin that it is about.
private struct RecordingLog: LogHandler {
  private final class Storage: Sendable {
    let lines = Mutex<[String]>([])
  }

  private let storage = Storage()
  var metadata: Logger.Metadata = [:]
  var logLevel = Logger.Level.trace

  var lines: [String] { storage.lines.withLock { $0 } }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let plugin = event.metadata?["plugin"].map { " [\($0)]" } ?? ""
    storage.lines.withLock { $0.append("\(event.message)\(plugin)") }
  }
}
