import Foundation
import Parley

/// An orchestrator in the tests' own process, with plugins of a temporary folder.
final class EmbeddedShop: Sendable {
  /// What `pricing.quote` takes.
  struct Basket: Codable, Sendable {
    var items: Int
    var currency = "EUR"
  }

  /// What `pricing.quote` gives, and `quote:made` tells.
  struct Quote: Codable, Sendable, Equatable {
    var total: Double
    var currency: String
  }

  /// What `shop.rate` takes.
  struct RateRequest: Codable, Sendable {
    var currency: String
  }

  let orchestrator: Orchestrator
  /// Where commands find it.
  var runtime: String { fixture.runtime }
  /// Its folder goes when nobody holds it any more.
  private let fixture: PluginFixture

  /// - Parameter prepare: changes the configuration before the orchestrator is made.
  init(
    _ fixture: PluginFixture, _ prepare: (inout OrchestratorConfiguration) -> Void = { _ in }
  ) throws {
    self.fixture = fixture
    var environment = ProcessInfo.processInfo.environment
    environment["PARLEY_RUNTIME_DIR"] = fixture.runtime
    environment["PARLEY_STATE_DIR"] = fixture.runtime + "-state"
    var configuration = OrchestratorConfiguration(environment: environment)
    configuration.name = "shop"
    prepare(&configuration)
    orchestrator = try Orchestrator(configuration: configuration)
  }

  /// Runs a body while the plugins run.
  ///
  /// - Parameter offering: provides methods, before the plugins are read.
  func run<Result: Sendable>(
    offering: (Orchestrator) async throws -> Void = { _ in },
    _ body: (Orchestrator) async throws -> Result
  ) async throws -> Result {
    do {
      try await orchestrator.start()
      try await offering(orchestrator)
      let problems = try await orchestrator.startPlugins(in: fixture.plugins)
      await orchestrator.waitUntilSettled()
      guard problems.isEmpty else { throw OutcomeError(.unavailable, "\(problems)") }
      let result = try await body(orchestrator)
      await orchestrator.stop()
      return result
    } catch {
      await orchestrator.stop()
      throw error
    }
  }

  /// A plugin that quotes prices: it asks the application for the rate and tells of each quote.
  static func pricing() throws -> PluginFixture {
    try PluginFixture().add(
      "pricing", .python,
      """
      from parley import call, emit, provide

      @provide("pricing.quote")
      def quote(items, currency):
          rate = call("shop.rate", {"currency": currency})
          made = {"total": items * rate, "currency": currency}
          emit("quote:made", made)
          return made

      @provide("pricing.series")
      def series(count):
          for number in range(count):
              yield {"total": number * 0.5, "currency": "EUR"}

      @provide("pricing.confirmed")
      def confirmed():
          return emit("quote:made", {"total": "none"}, confirm="all").outcomes
      """,
      manifest: [
        "events": ["emits": ["quote:made": [String: String]()]],
        "services": [
          "provides": [
            "pricing.quote": [String: String](), "pricing.series": ["stream": true],
            "pricing.confirmed": [String: String](),
          ] as [String: Any], "calls": ["shop.*"],
        ] as [String: Any],
      ])
  }
}
