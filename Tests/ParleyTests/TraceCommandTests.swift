import Foundation
import Parley
import Testing

@Suite("parley trace", .timeLimit(.minutes(5)))
struct TraceCommandTests {
  let fixture: PluginFixture

  init() throws {
    fixture = try PluginFixture()
    try fixture.add(
      "shop", .python,
      """
      from parley import provide, emit
      @provide("shop.submit")
      def submit(id):
          return emit("order:submitted", {"id": id})
      """,
      manifest: PluginFixture.services("shop.submit").merging(
        ["events": ["emits": ["order:submitted": [String: String]()]]]) { left, _ in left })
    try fixture.add(
      "mail", .ruby,
      "on(\"order:submitted\") { |event| raise \"no paper\" if event[\"id\"] > 1 }\n",
      manifest: ["events": ["subscribes": ["order:submitted"]]])
  }

  @Test("each call is a trace that ends in a state, across languages and after the orchestrator")
  func chain() async throws {
    for id in 1...2 {
      #expect(try await fixture.call("shop.submit", "{\"id\": \(id)}").status == 0)
    }
    let list = try await trace("--json").json["traces"] as? [[String: Any]] ?? []
    #expect(list.compactMap { $0["name"] as? String } == ["shop.submit", "shop.submit"])
    #expect(list.compactMap { $0["state"] as? String } == ["handler_error", "ok"])
    #expect(list.compactMap { $0["spans"] as? Int } == [3, 3])
    let failed = list.first?["failed"] as? [String: Any]
    #expect(failed?["name"] as? String == "on order:submitted")
    #expect(failed?["plugin"] as? String == "mail")
    #expect((failed?["message"] as? String)?.contains("no paper") == true)
    let table = try await trace("--limit", "1")
    #expect(table.output.split(separator: "\n").count == 2)
    #expect(table.output.contains("handler_error at on order:submitted in mail"))
  }

  @Test(
    "one trace is shown as a tree and a diagram, or in another form, by the beginning of its id")
  func one() async throws {
    _ = try await fixture.call("shop.submit", "{\"id\": 1}")
    let list = try await trace("--json").json["traces"] as? [[String: Any]] ?? []
    let id = try #require(list.first?["trace"] as? String)
    let text = try await trace(String(id.prefix(8)))
    #expect(text.status == 0)
    #expect(text.output.contains("\(id)  ok"))
    #expect(text.output.contains("   └─ on order:submitted"))
    #expect(text.output.contains("┄ on order:submitted ┄▷│"))
    #expect(try await trace(id, "--sequence").output.hasPrefix("operator "))
    #expect(try await trace("--mermaid").output.hasPrefix("sequenceDiagram\n"))
    #expect(try await trace("latest", "--chrome").json["traceEvents"] != nil)
    let json = try await trace("latest", "--json").json
    #expect(json["trace"] as? String == id)
    #expect((json["spans"] as? [Any])?.count == 3)
  }

  @Test("a call that nobody serves is a trace too")
  func refused() async throws {
    _ = try await fixture.call("shop.sumbit")
    let list = try await trace("--json").json["traces"] as? [[String: Any]] ?? []
    #expect(list.first?["state"] as? String == "no_provider")
  }

  @Test("the traces of a running orchestrator are shown")
  func running() async throws {
    let program = try RunningProgram(["run", fixture.plugins], runtime: fixture.runtime)
    await program.waitForOutput(containing: "shop.submit")
    let environment = [
      "PARLEY_RUNTIME_DIR": fixture.runtime, "PARLEY_STATE_DIR": fixture.runtime + "-state",
    ]
    let call = try await ParleyProgram.run(
      ["call", "shop.submit", "{\"id\": 1}", "--json"], runtime: fixture.runtime)
    #expect(call.outcome == "ok")
    let archive = try TraceArchive.open(plugins: nil, environment: environment)
    // It is recorded a moment after the reply.
    while true {
      if let trace = try await archive.recent(limit: 1).first, trace.state == .ok {
        #expect(trace.name == "shop.submit")
        break
      }
      await Task.yield()
    }
    await archive.close()
    program.signal(SIGINT)
    _ = await program.result()
  }

  @Test("a call to a running orchestrator shows its own tree, also when it fails")
  func tree() async throws {
    let program = try RunningProgram(["run", fixture.plugins], runtime: fixture.runtime)
    await program.waitForOutput(containing: "shop.submit")
    for id in 1...2 {
      let call = try await ParleyProgram.run(
        ["call", "shop.submit", "{\"id\": \(id)}", "--tree"], runtime: fixture.runtime)
      #expect(call.status == 0, "\(call.errors)")
      let lines = call.errors.split(separator: "\n").map(String.init)
      #expect(lines.map { $0.hasPrefix("shop.submit") } == [true, false, false], "\(lines)")
      #expect(lines.last?.contains("on order:submitted") == true)
      #expect(lines.last?.contains("handler_error") == (id == 2))
    }
    let refused = try await ParleyProgram.run(
      ["call", "shop.sumbit", "--tree"], runtime: fixture.runtime)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("no_provider"))
    program.signal(SIGINT)
    _ = await program.result()
  }

  @Test("what cannot be shown is told in words, with status 1; a wrong command line with 2")
  func errors() async throws {
    let nothing = try await trace()
    #expect(nothing.status == 1)
    #expect(nothing.errors.contains("parley run"))
    _ = try await fixture.call("shop.submit", "{\"id\": 1}")
    let unknown = try await trace("zz")
    #expect(unknown.status == 1)
    #expect(unknown.errors.contains("There is no trace zz"))
    for arguments in [["--limit", "0"], ["--mermaid", "--chrome"], ["--json", "--chrome"], [""]] {
      #expect(try await trace(arguments).status == 2, "\(arguments)")
    }
  }

  @Test("a database that cannot be opened is told, and the plugins run all the same")
  func broken() async throws {
    try "no folder".write(
      toFile: fixture.runtime + "-state", atomically: true, encoding: .utf8)
    let result = try await fixture.call("shop.submit", "{\"id\": 1}")
    #expect(result.outcome == "ok")
    #expect(result.errors.contains("PARLEY_STATE_DIR"), "\(result.errors)")
  }

  private func trace(_ arguments: String...) async throws -> ParleyProgram.Result {
    try await trace(arguments)
  }

  private func trace(_ arguments: [String]) async throws -> ParleyProgram.Result {
    try await ParleyProgram.run(["trace"] + arguments, runtime: fixture.runtime)
  }
}
