import ArgumentParser
import Foundation
import Parley

/// `parley new plugin`
struct NewPluginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plugin",
    abstract: "Make a plugin's folder: its manifest, its file, and a test.",
    discussion: """
      EXAMPLES:
        parley new plugin greeter --kernel ruby
        parley new plugin greeter --kernel python --into plugins
      """)

  @Argument(help: "The plugin's name; also that of its folder.")
  var name: String

  @Option(name: .shortAndLong, help: "The kernel that runs it; `parley kernels` lists them.")
  var kernel: String

  @Option(help: "The folder to make it in.", completion: .directory)
  var into = "."

  func run() async throws {
    do {
      let environment = ProcessInfo.processInfo.environment
      let template = try PluginTemplate(name: name, kernel: kernel, environment: environment)
      let files = try template.write(into: into)
      let folder = into == "." ? name : into + "/" + name
      for file in files {
        Terminal.standardOutput.line("made \(into == "." ? "" : into + "/")\(file)")
      }
      Terminal.standardOutput.line("\nTry it:  \(folder)/test")
    } catch let problem as ManifestProblem {
      throw ValidationError(problem.message)
    } catch {
      Terminal.standardError.line("parley: \(error)")
      throw ExitCode(1)
    }
  }
}
