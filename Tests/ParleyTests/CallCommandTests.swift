import Foundation
import Testing

@Suite("parley call", .timeLimit(.minutes(5)))
struct CallCommandTests {
  @Test("prints the value as one JSON object", arguments: Language.installed)
  func value(_ language: Language) async throws {
    let fixture = try PluginFixture()
    try fixture.add(
      "a", language, language.echo("a.echo"), manifest: PluginFixture.services("a.echo"))
    let result = try await fixture.call(
      "a.echo", #"{"x": {"n": 1, "list": [], "text": "Zürich 😀"}}"#)
    #expect(result.status == 0)
    #expect(result.outcome == "ok")
    let value = result.json["value"] as? [String: Any]
    #expect(value?["n"] as? Int == 1)
    #expect((value?["list"] as? [Any])?.isEmpty == true)
    #expect(value?["text"] as? String == "Zürich 😀")
  }

  @Test("an error comes through every language with each one's frames in call order")
  func frames() async throws {
    let fixture = try PluginFixture()
    let languages = Language.installed
    for (index, language) in languages.enumerated() {
      let (name, next) = ("p\(index)", "p\(index + 1)")
      let isLast = index == languages.count - 1
      let source =
        isLast
        ? language.failing("\(name).go").source : language.relay("\(name).go", to: "\(next).go")
      try fixture.add(
        name, language, source,
        manifest: PluginFixture.services("\(name).go", calls: ["\(next).*"]))
    }
    let result = try await fixture.call("p0.go", #"{"x": 1}"#)
    #expect(result.status == 1)
    #expect(result.outcome == "handler_error")
    #expect((result.error["message"] as? String)?.contains("broken") == true)
    let plugins = result.frames.compactMap { $0["plugin"] as? String }
    #expect(Self.withoutRepeats(plugins) == languages.indices.map { "p\($0)" })
    let last = result.frames.last
    #expect(last?["line"] as? Int == languages.last?.failing("").line)
    #expect((last?["file"] as? String)?.hasSuffix(languages.last?.file ?? "?") == true)
  }

  @Test("a handler's error names the line it was raised on", arguments: Language.installed)
  func line(_ language: Language) async throws {
    let fixture = try PluginFixture()
    let (source, line) = language.failing("a.fail")
    try fixture.add("a", language, source, manifest: PluginFixture.services("a.fail"))
    let result = try await fixture.call("a.fail", #"{"x": 1}"#)
    #expect(result.outcome == "handler_error")
    #expect(result.frames.last?["line"] as? Int == line)
    #expect(result.frames.last?["plugin"] as? String == "a")
    #expect(result.frames.last?["language"] as? String == language.rawValue)
  }

  @Test("a method that nobody provides is told at once, with the nearest name")
  func noProvider() async throws {
    let fixture = try PluginFixture()
    let language = try #require(Language.installed.first)
    try fixture.add(
      "a", language, language.echo("a.echo"), manifest: PluginFixture.services("a.echo"))
    let result = try await fixture.call("a.ecko")
    #expect(result.status == 1)
    #expect(result.outcome == "no_provider")
    #expect(result.error["nearest"] as? [String] == ["a.echo"])
  }

  @Test("a call that the manifest does not allow is denied", arguments: Language.installed)
  func denied(_ language: Language) async throws {
    let fixture = try PluginFixture()
    try fixture.add(
      "a", language, language.relay("a.go", to: "b.echo"), manifest: PluginFixture.services("a.go"))
    try fixture.add(
      "b", language, language.echo("b.echo"), manifest: PluginFixture.services("b.echo"))
    let result = try await fixture.call("a.go", #"{"x": 1}"#)
    #expect(result.outcome == "handler_error")
    let cause = result.error["cause"] as? [String: Any]
    #expect(cause?["outcome"] as? String == "permission_denied")
    #expect(cause?["permission"] as? String == "call:b.echo")
  }

  @Test("endless recursion ends at the limit of depth", arguments: Language.installed)
  func depth(_ language: Language) async throws {
    let fixture = try PluginFixture()
    try fixture.add(
      "a", language, language.relay("a.go", to: "a.go"),
      manifest: PluginFixture.services("a.go", calls: ["a.go"]))
    let result = try await fixture.call("a.go", #"{"x": 1}"#)
    #expect(result.outcome == "handler_error")
    let cause = result.error["cause"] as? [String: Any]
    #expect(cause?["outcome"] as? String == "depth_exceeded")
    #expect(cause?["limit"] as? Int == 64)
    #expect(result.frames.count >= 64)
  }

  @Test(
    "a syntax error names file and line, and the other plugins run", arguments: Language.installed)
  func syntax(_ language: Language) async throws {
    let fixture = try PluginFixture()
    let (source, line) = language.syntaxError
    try fixture.add("bad", language, source, manifest: PluginFixture.services("bad.go"))
    try fixture.add(
      "good", language, language.echo("good.echo"), manifest: PluginFixture.services("good.echo"))
    let good = try await fixture.call("good.echo", #"{"x": 1}"#)
    #expect(good.outcome == "ok")
    #expect(good.errors.contains("bad/\(language.file)"), "\(good.errors)")
    let bad = try await fixture.call("bad.go")
    #expect(bad.outcome == "unavailable")
    let cause = bad.error["cause"] as? [String: Any]
    let frame = (cause?["frames"] as? [[String: Any]])?.last
    #expect(frame?["line"] as? Int == line)
  }

  @Test(
    "what is not a command line ends with status 2",
    arguments: [
      ["call"], ["call", "a.b", "{nope"], ["call", "a.b", "{}", "--timeout", "soon"], ["cal"],
      ["call", "a.b", "[1]"], ["exec"], ["--nonsense"],
    ])
  func usage(_ arguments: [String]) async throws {
    let result = try await ParleyProgram.run(arguments)
    #expect(result.status == 2)
    #expect(!result.errors.isEmpty)
    #expect(result.output.isEmpty)
  }

  private static func withoutRepeats(_ names: [String]) -> [String] {
    names.reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }
}
