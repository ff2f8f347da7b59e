import ArgumentParser
import Foundation
import Parley

/// `parley exec`
struct ExecCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exec",
    abstract: "Run code in a fresh kernel.",
    discussion: """
      What the code prints comes as it is printed; then the value of its last expression, as the language's own console \
      shows it. Without CODE and --file the code is read from standard input.

      EXAMPLES:
        parley exec --kernel python 'sum(range(10))'
        parley exec --kernel ruby -f report.rb
        echo 'print(1 + 1)' | parley exec --kernel lua
      """)

  @Option(name: .shortAndLong, help: "The kernel's name; `parley kernels` lists them.")
  var kernel: String

  @Option(name: .shortAndLong, help: "Read the code from this file.", completion: .file())
  var file: String?

  @Flag(help: "Print one JSON object at the end; output goes to standard error.")
  var json = false

  @Argument(help: "The code.")
  var code: String?

  mutating func validate() throws {
    guard code == nil || file == nil else {
      throw ValidationError("CODE and --file exclude each other: give one.")
    }
  }

  func run() async throws {
    let source = try source()
    let printer = OutcomePrinter(isJSON: json)
    do {
      let orchestrator = try Orchestrator(
        configuration: OrchestratorConfiguration(environment: ProcessInfo.processInfo.environment))
      let cell = Cell(orchestrator: orchestrator, kernel: kernel, isJSON: json)
      let status = await cell.run(source)
      await orchestrator.stop()
      if status != 0 { throw ExitCode(status) }
    } catch let error as ExitCode {
      throw error
    } catch {
      printer.error(OutcomeError(.unavailable, "\(error)"))
      throw ExitCode(1)
    }
  }

  private func source() throws -> String {
    if let code { return code }
    guard let file else {
      return String(decoding: FileHandle.standardInput.readDataToEndOfFile(), as: UTF8.self)
    }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw ValidationError("The file \(file) cannot be read: check its name and permissions.")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
