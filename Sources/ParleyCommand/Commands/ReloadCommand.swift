import ArgumentParser
import Foundation
import Parley

/// `parley reload`
struct ReloadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Have a running orchestrator read its configuration again.",
    discussion: """
      The file is the one that the orchestrator was started with. What is granted and denied counts at once; settings count for \
      a plugin that is started again, and it is said which those are. When anything in the file is wrong, all of it is refused, \
      and what was in force before stays so. SIGHUP does the same.

      EXAMPLES:
        parley reload --config
        parley reload --config --json
      """)

  @Flag(help: "Read the host's configuration again.")
  var config = false

  @Option(help: "The control socket of the orchestrator.", completion: .file())
  var socket: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  mutating func validate() throws {
    guard config else { throw ValidationError("Say what to reload: --config.") }
  }

  func run() async throws {
    let printer = OutcomePrinter(isJSON: json)
    do {
      let reply = try await ControlConnection.ask(at: socket) { try await $0.reloadConfiguration() }
      guard !json else { return printer.print(["outcome": "ok", "value": reply]) }
      let names = reply["restart"]?.arrayValue?.compactMap(\.stringValue) ?? []
      Terminal.standardOutput.line("\(ConfigurationChange(restart: names))".capitalizedFirst + ".")
    } catch {
      printer.error(error as? OutcomeError ?? OutcomeError(.unavailable, "\(error)"))
      throw ExitCode(1)
    }
  }
}

extension String {
  /// As the beginning of a sentence.
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
