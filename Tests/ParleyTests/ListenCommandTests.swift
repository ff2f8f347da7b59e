import Foundation
import Testing

@Suite("parley listen", .timeLimit(.minutes(5)), .enabled(if: Language.lua.isInstalled))
struct ListenCommandTests {
  @Test("shows the events of a running orchestrator, and is no subscriber")
  func shows() async throws {
    let fixture = try PluginFixture().add(
      "owner", .lua, "return 1\n",
      manifest: ["events": ["emits": ["cart:updated": [String: String]()]]])
    let running = try RunningProgram(["run", fixture.plugins], runtime: fixture.runtime)
    await running.waitForOutput(containing: "PROVIDES")
    let listening = try RunningProgram(
      ["listen", "cart:*", "--count", "2"], runtime: fixture.runtime)
    await listening.waitForErrors(containing: "Listening to cart:*")
    for number in 1...2 {
      let result = try await ParleyProgram.run(
        ["emit", "cart:updated", #"{"n": \#(number)}"#, "--json"], runtime: fixture.runtime)
      #expect((result.json["value"] as? [String: Any])?["subscriptions"] as? Int == 0)
    }
    let end = await listening.result()
    #expect(end.status == 0)
    let lines = end.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines.first?.contains("cart:updated") == true)
    #expect(lines.first?.hasSuffix(#"{"n":1}"#) == true)
    running.signal(SIGINT)
    _ = await running.result()
  }

  @Test("an event that nobody declares is told with the nearest name")
  func unknown() async throws {
    let fixture = try PluginFixture().add(
      "owner", .lua, "return 1\n",
      manifest: ["events": ["emits": ["cart:updated": [String: String]()]]])
    let running = try RunningProgram(["run", fixture.plugins], runtime: fixture.runtime)
    await running.waitForOutput(containing: "PROVIDES")
    let result = try await ParleyProgram.run(
      ["listen", "cart:update", "--json"], runtime: fixture.runtime)
    #expect(result.status == 1)
    #expect(result.error["nearest"] as? [String] == ["cart:updated"])
    running.signal(SIGINT)
    _ = await running.result()
  }
}
