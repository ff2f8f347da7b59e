import Foundation
import Parley
import Testing

@Suite(
  "An orchestrator that stops", .enabled(if: Language.installed.contains { $0.rawValue == "lua" }),
  .timeLimit(.minutes(5)))
struct StoppingTests {
  @Test("lets go those who wait for what will not come any more")
  func waiters() async throws {
    let fixture = try PluginFixture()
    let lua = try #require(Language.installed.first { $0.rawValue == "lua" })
    try fixture.add(
      "later", lua,
      """
      local parley = require "parley"
      parley.on("work:due", function() parley.nack(3600) end)
      parley.provide("later.ask", function() return parley.emit("work:due", {}) end)
      """,
      manifest: [
        "events": [
          "emits": ["work:due": ["delivery": "queued"]], "subscribes": ["work:due"],
        ] as [String: Any],
        "services": ["provides": ["later.ask": [String: String]()]],
      ])
    let shop = try EmbeddedShop(fixture)
    try await shop.orchestrator.start()
    _ = try await shop.orchestrator.startPlugins(in: fixture.plugins)
    await shop.orchestrator.waitUntilSettled()
    _ = try await shop.orchestrator.client.call("later.ask")
    let waiting = Task { await shop.orchestrator.waitUntilIdle(timeout: 3600) }
    await Task.yield()
    await shop.orchestrator.stop()
    await waiting.value
    await shop.orchestrator.waitUntilIdle(timeout: 3600)
  }
}
