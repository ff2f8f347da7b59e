import Foundation
import Testing

@Suite("parley new plugin", .timeLimit(.minutes(5)))
struct NewPluginCommandTests {
  @Test("makes a plugin whose own test passes", arguments: Language.installed)
  func passes(_ language: Language) async throws {
    let fixture = try PluginFixture()
    let made = try await ParleyProgram.run(
      ["new", "plugin", "greeter", "--kernel", language.rawValue, "--into", fixture.plugins])
    #expect(made.status == 0, "\(made.errors)")
    let result = try await ParleyProgram.run(
      ["call", "greeter.greet", #"{"who": "world"}"#, "--plugins", fixture.plugins + "/greeter"],
      runtime: fixture.runtime)
    #expect(result.output == "Hello, world!\n")
  }

  @Test("overwrites nothing")
  func overwrites() async throws {
    let fixture = try PluginFixture()
    let arguments = ["new", "plugin", "greeter", "--kernel", "lua", "--into", fixture.plugins]
    #expect(try await ParleyProgram.run(arguments).status == 0)
    let again = try await ParleyProgram.run(arguments)
    #expect(again.status == 1)
    #expect(again.errors.contains("there already"))
  }
}
