import ArgumentParser
import Foundation
import Parley

/// `parley attach`
struct AttachCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attach",
    abstract: "Let a process that Parley does not start join as a plugin.",
    discussion: """
      The running orchestrator checks the manifest, reserves the plugin's name, and gives a token: one line, which works once \
      and only for a while. The program joins with it by attach() of its language's SDK. When its process ends or it \
      leaves, the plugin is gone and its name is free.

      Without COMMAND the token is printed. With one it runs in the place of this command, with the token in PARLEY_TOKEN \
      and its language's SDK where it looks for libraries. In the manifest "kernel" and "main" may be absent.

      The token is a secret: whoever has it can be that plugin.

      EXAMPLES:
        parley attach --manifest desk/plugin.json -- python3 desk/app.py
        PARLEY_TOKEN=$(parley attach --manifest desk/plugin.json) ruby desk/app.rb
        parley attach --manifest desk/plugin.json --expires 10m --json
      """)

  @Option(help: "The plugin's manifest.", completion: .file(extensions: ["json"]))
  var manifest: String

  @Option(help: "For how long somebody can join with the token: 30s, 5m, at most 24h.")
  var expires = TimeSpan(seconds: 60)

  @Option(help: "The control socket of the orchestrator.", completion: .file())
  var socket: String?

  @Flag(help: "Print one JSON object.")
  var json = false

  @Argument(parsing: .postTerminator, help: "The program to run with the token.")
  var command: [String] = []

  func validate() throws {
    guard !json || command.isEmpty else {
      throw ValidationError("--json prints the token, and a COMMAND gets it: choose one.")
    }
  }

  func run() async throws {
    let printer = OutcomePrinter(isJSON: json)
    let environment = ProcessInfo.processInfo.environment
    let token: AttachToken
    do {
      token = try await request()
    } catch {
      printer.error(error as? OutcomeError ?? OutcomeError(.unavailable, "\(error)"))
      throw ExitCode(1)
    }
    guard command.isEmpty else { return try replace(token, environment) }
    show(token, printer)
  }

  private func request() async throws -> AttachToken {
    let file = URL(fileURLWithPath: manifest).standardizedFileURL.path
    guard let data = FileManager.default.contents(atPath: file) else {
      throw OutcomeError(
        .invalidPayload, "\(file): the file cannot be read: check its name and permissions")
    }
    return try await ControlConnection.ask(at: socket) { client in
      try await client.attach(
        manifest: String(decoding: data, as: UTF8.self), file: file, expires: expires.seconds)
    }
  }

  private func show(_ token: AttachToken, _ printer: OutcomePrinter) {
    guard !json else {
      return printer.print([
        "outcome": "ok",
        "value": [
          "token": .string(token.text), "plugin": .string(token.plugin),
          "expires": JSONValue(number: token.expires),
        ],
      ])
    }
    Terminal.standardError.line(
      "Start the program that is to be \(token.plugin) with \(AttachToken.variable) set to this line, within "
        + "\(JSONValue(number: token.expires)) s; it joins by attach().")
    Terminal.standardOutput.line(token.text)
  }

  private func replace(_ token: AttachToken, _ environment: [String: String]) throws {
    var variables = try SDKEnvironment.adding(to: environment)
    variables[AttachToken.variable] = token.text
    let reason = Replacement.run(command, environment: variables)
    Terminal.standardError.line("parley: cannot run \(command[0]): \(reason)")
    throw ExitCode(127)
  }
}
