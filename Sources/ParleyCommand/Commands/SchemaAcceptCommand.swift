import ArgumentParser
import Foundation
import Parley

/// `parley schema accept`
struct SchemaAcceptCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accept",
    abstract: "Accept that a plugin has changed its events and methods.",
    discussion: """
      A plugin that has changed an event or a method so that those who rely on it break is not loaded, unless its major \
      version is another. This takes what its manifest says now for what is relied on, and the plugin is loaded the next time.

      EXAMPLES:
        parley schema accept shop
        parley schema accept shop --plugins plugins/
      """)

  @Argument(help: "The plugin.")
  var plugin: String

  @Option(help: "The plugins' folder.", completion: .directory)
  var plugins = "."

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let printer = OutcomePrinter(isJSON: json)
    do throws(OutcomeError) {
      let archive = try SchemaArchive(
        plugins: plugins, environment: ProcessInfo.processInfo.environment)
      try await archive.accept(plugin)
      await archive.close()
    } catch {
      printer.error(error)
      throw ExitCode(1)
    }
    guard !json else {
      return printer.print(["outcome": "ok", "value": ["plugin": .string(plugin)]])
    }
    Terminal.standardOutput.line("What \(plugin) says of its events and methods is accepted.")
  }
}
