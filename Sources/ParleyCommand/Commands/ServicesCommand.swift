import ArgumentParser
import Foundation
import Parley

/// `parley services`
struct ServicesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "services",
    abstract: "List the methods that plugins provide.",
    discussion: """
      A method with several providers has a row for each. It is available when its plugin has started and its code provides it.

      EXAMPLES:
        parley services
        parley services 'pricing.*'
        parley services --plugins plugins/ --json
      """)

  @Argument(help: "Only the methods that match: a name, or a pattern such as pricing.*")
  var pattern: String?

  @OptionGroup var options: OperationOptions

  func run() async throws {
    let printer = OutcomePrinter(isJSON: options.json)
    let operation = Operation(options: options, printer: printer, showsTree: false)
    let pattern = pattern
    let isJSON = options.json
    try await operation.run { (backend: Backend) async throws(OutcomeError) in
      let list = try await backend.client.services(pattern)
      if isJSON {
        printer.print(list)
      } else {
        Terminal.standardOutput.line(ServiceTable(list).text(for: .standardOutput))
      }
      return true
    }
  }
}
