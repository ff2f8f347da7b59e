import ArgumentParser
import Foundation
import Parley

/// `parley restart`
struct RestartCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart",
    abstract: "Start a plugin's kernel again, also one that is quarantined.",
    discussion: """
      A kernel that runs is asked to end first: its on_stop handlers run, and calls that it has not answered fail. Queued and \
      durable events that it has not handled come again.

      A plugin whose kernel ends by itself is started again without this; after more than 5 times in a minute it is \
      quarantined until it is restarted by hand.

      EXAMPLES:
        parley restart billing
        parley restart billing --json
      """)

  @Argument(help: "The plugin.")
  var plugin: String

  @Option(help: "The control socket of the orchestrator.", completion: .file())
  var socket: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let printer = OutcomePrinter(isJSON: json)
    do {
      let reply = try await ControlConnection.ask(at: socket) { try await $0.restart(plugin) }
      guard !json else { return printer.print(["outcome": "ok", "value": reply]) }
      let process = reply["pid"]?.intValue.map { " (process \($0))" } ?? ""
      Terminal.standardOutput.line("\(plugin) has started again\(process).")
    } catch {
      printer.error(error as? OutcomeError ?? OutcomeError(.unavailable, "\(error)"))
      throw ExitCode(1)
    }
  }
}
