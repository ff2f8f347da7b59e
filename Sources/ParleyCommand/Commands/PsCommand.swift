import ArgumentParser
import Foundation
import Parley

/// `parley ps`
struct PsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ps",
    abstract: "Show the plugins of the running orchestrator.",
    discussion: """
      EXAMPLES:
        parley ps
        parley ps --waits             who waits for whom now
        parley ps --json
      """)

  @Option(help: "The control socket of the orchestrator.", completion: .file())
  var socket: String?

  @Flag(help: "Show who waits for whom now.")
  var waits = false

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let printer = OutcomePrinter(isJSON: json)
    do {
      let status = try await ControlConnection.ask(at: socket) { try await $0.status(waits: waits) }
      show(status, printer)
    } catch let error as OutcomeError {
      printer.error(error)
      throw ExitCode(1)
    }
  }

  private func show(_ status: JSONValue, _ printer: OutcomePrinter) {
    guard !json else { return printer.print(status) }
    Terminal.standardOutput.line(StatusTable(status).text(for: .standardOutput))
    guard waits else { return }
    let sentences = status["waits"]?.arrayValue?.compactMap(\.stringValue) ?? []
    Terminal.standardOutput.line()
    Terminal.standardOutput.line(
      sentences.isEmpty ? "Nobody waits." : sentences.joined(separator: "\n"))
  }
}
