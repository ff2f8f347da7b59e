import ArgumentParser
import Foundation
import Parley

/// `parley run`
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run the plugins in a folder until ^C.",
    discussion: """
      DIR holds plugins' folders, each with a plugin.json, or is itself one plugin. A plugin that cannot run is named \
      with the place of the mistake; the others run. ^C ends the plugins in order, a second ^C at once.

      What the plugins are granted, and their settings, are in parley.json beside the folder, or in the --config file. It is \
      read again on SIGHUP and by `parley reload --config`.

      EXAMPLES:
        parley run
        parley run plugins/
        parley run examples/weather/plugins
        parley run plugins/ --config staging.json
      """)

  @Argument(help: "The folder.", completion: .directory)
  var folder = "."

  @OptionGroup var host: HostOptions

  func run() async throws {
    let orchestrator: Orchestrator
    do {
      orchestrator = try Orchestrator(configuration: host.configuration)
    } catch {
      Terminal.standardError.line("parley: \(error)")
      throw ExitCode(1)
    }
    let hangUps = await HangUps.follow(orchestrator)
    let (hasRun, _) = await Interruption.run { [folder] in
      await Self.serve(orchestrator, folder)
    } again: {
      await orchestrator.kill()
    }
    hangUps.cancel()
    await orchestrator.stop()
    throw ExitCode(hasRun ? 130 : 1)
  }

  /// Serves until the task is cancelled.
  ///
  /// - Returns: false when there is nothing to serve.
  private static func serve(_ orchestrator: Orchestrator, _ folder: String) async -> Bool {
    do {
      try await orchestrator.start()
      ReportPrinter(terminal: .standardOutput, showsStarts: true).follow(orchestrator.reports())
      for problem in try await orchestrator.startPlugins(in: folder) {
        Terminal.standardError.line("\(problem)")
      }
      await orchestrator.waitUntilSettled()
      try await showTable(orchestrator)
    } catch {
      Terminal.standardError.line("parley: \(error)")
      return false
    }
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    await withTaskCancellationHandler {
      for await _ in stream {}
    } onCancel: {
      continuation.finish()
    }
    return true
  }

  private static func showTable(_ orchestrator: Orchestrator) async throws {
    let status = try await orchestrator.client.status()
    Terminal.standardOutput.line(StatusTable(status).text(for: .standardOutput))
    Terminal.standardOutput.line()
  }
}
