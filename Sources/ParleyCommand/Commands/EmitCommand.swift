import ArgumentParser
import Parley

/// `parley emit`
struct EmitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emit",
    abstract: "Emit an event to the plugins that subscribe to it.",
    discussion: """
      The payload is a JSON object. It prints how many subscriptions the event matched; with --plugins it waits until \
      their handlers have ended.

      EXAMPLES:
        parley emit reading:anomalous '{"date": "2012-11-19"}'
        parley emit reading:anomalous '{"date": "2012-11-19"}' --plugins plugins/ --json
      """)

  @Argument(help: "The event, such as cart:updated.")
  var event: String

  @Argument(help: "The payload, a JSON object.")
  var payload = JSONArgument.empty

  @OptionGroup var options: OperationOptions

  func run() async throws {
    let printer = OutcomePrinter(isJSON: options.json)
    let operation = Operation(options: options, printer: printer, showsTree: false)
    try await operation.run { [event, payload] backend throws(OutcomeError) in
      let count = try await backend.client.emit(event, payload.value)
      if printer.isJSON {
        printer.print(["outcome": "ok", "value": ["subscriptions": JSONValue(count)]])
      } else {
        Terminal.standardOutput.line("\(count) \(count == 1 ? "subscription" : "subscriptions")")
      }
    }
  }
}
