import ArgumentParser
import Foundation
import Parley

/// Whose dead letters they are, and how they are printed.
struct DeadLetterOptions: ParsableArguments {
  @Option(
    help: "The folder of plugins whose dead letters are meant, running or not.",
    completion: .directory)
  var plugins: String?

  @Option(help: "The control socket of the orchestrator to talk to.", completion: .file())
  var socket: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  mutating func validate() throws {
    guard plugins == nil || socket == nil else {
      throw ValidationError("--plugins and --socket exclude each other: choose one.")
    }
  }

  /// Asks, and prints the letters that it was about.
  func perform(_ request: DeadLetterRequest, text: ([JSONValue]) -> String) async throws {
    let printer = OutcomePrinter(isJSON: json)
    do {
      let reply = try await reply(to: request)
      guard !json else { return printer.print(["outcome": "ok", "value": reply]) }
      Terminal.standardOutput.line(text(reply["letters"]?.arrayValue ?? []))
    } catch {
      printer.error(error as? OutcomeError ?? OutcomeError(.unavailable, "\(error)"))
      throw ExitCode(1)
    }
  }

  private func reply(to request: DeadLetterRequest) async throws -> JSONValue {
    let environment = ProcessInfo.processInfo.environment
    let running = plugins.flatMap {
      DeadLetterArchive.controlPath(forPlugins: $0, environment: environment)
    }
    if let plugins, running == nil {
      let archive = try DeadLetterArchive(plugins: plugins, environment: environment)
      let reply = try await archive.perform(request)
      await archive.close()
      return reply
    }
    return try await ControlConnection.ask(at: running ?? socket) { client in
      try await client.deadLetters(request)
    }
  }
}
