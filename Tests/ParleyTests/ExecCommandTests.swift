import Foundation
import Testing

@Suite("parley exec", .timeLimit(.minutes(5)))
struct ExecCommandTests {
  @Test(
    "prints the value of the last expression as the language's console does",
    arguments: [
      (Language.python, "'a' + 'b'", "'ab'"), (.ruby, "%w[a b]", "[\"a\", \"b\"]"),
      (.node, "({a: 1, b: [2]})", "{ a: 1, b: [ 2 ] }"), (.lua, "1 + 1", "2"),
      (.perl, "1 + 1", "2"),
    ])
  func value(_ language: Language, code: String, text: String) async throws {
    guard language.isInstalled else { return }
    let result = try await ParleyProgram.run(["exec", "--kernel", language.rawValue, code])
    #expect(result.status == 0)
    #expect(result.output == text + "\n")
  }

  @Test(
    "prints what the code prints, and nothing for a value that is none",
    arguments: [
      (Language.python, "print('out'); None"), (.ruby, "puts 'out'; nil"),
      (.node, "console.log('out'); undefined"), (.lua, "print('out')"),
      (.perl, "print \"out\\n\"; ()"),
    ])
  func output(_ language: Language, code: String) async throws {
    guard language.isInstalled else { return }
    let result = try await ParleyProgram.run(["exec", "--kernel", language.rawValue, code])
    #expect(result.status == 0)
    #expect(result.output == "out\n")
  }

  @Test(
    "prints the traceback of an error and ends with status 1",
    arguments: [
      (Language.python, "1 / 0", "ZeroDivisionError"), (.ruby, "1 / 0", "ZeroDivisionError"),
      (.node, "null.x", "TypeError"), (.lua, "error('lost')", "lost"),
      (.perl, "die 'lost'", "lost"),
    ])
  func error(_ language: Language, code: String, text: String) async throws {
    guard language.isInstalled else { return }
    let result = try await ParleyProgram.run(["exec", "--kernel", language.rawValue, code])
    #expect(result.status == 1)
    #expect(result.errors.contains(text))
    #expect(result.output.isEmpty)
  }

  @Test("a kernel that is not there is named with the nearest one that is")
  func unknown() async throws {
    let result = try await ParleyProgram.run(["exec", "--kernel", "pyton", "1"])
    #expect(result.status == 1)
    #expect(result.errors.contains("Did you mean \"python\"?"), "\(result.errors)")
  }
}
