import ArgumentParser
import Parley

/// `parley emit`
struct EmitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "emit",
    abstract: "Emit an event to the plugins that subscribe to it.",
    discussion: """
      The payload is a JSON object. It prints how many subscriptions the event matched; with --plugins it waits until \
      their handlers have ended. With --confirm it waits for its subscribers and prints how each of them ended; the exit \
      status is 1 when fewer than asked for have handled it.

      EXAMPLES:
        parley emit reading:anomalous '{"date": "2012-11-19"}'
        parley emit reading:anomalous '{"date": "2012-11-19"}' --plugins plugins/ --json
        parley emit reading:anomalous '{"date": "2012-11-19"}' --confirm all --require
        parley emit order:placed '{"id": 17}' --event-id order-17
      """)

  @Argument(help: "The event, such as cart:updated.")
  var event: String

  @Argument(help: "The payload, a JSON object.")
  var payload = JSONArgument.empty

  @OptionGroup var options: OperationOptions

  @Option(help: "Wait until so many subscribers have handled it: all, any or a number.")
  var confirm: ConfirmArgument?

  @Flag(help: "Fail with no_provider when nobody subscribes to it.")
  var require = false

  @Option(
    help:
      "A name for the event: one that was emitted with it before is a duplicate, and goes to nobody."
  )
  var eventID: String?

  func run() async throws {
    let printer = OutcomePrinter(isJSON: options.json)
    let operation = Operation(options: options, printer: printer, showsTree: false)
    try await operation.run { [self] backend throws(OutcomeError) in
      guard let confirm else {
        let count = try await backend.client.emit(
          event, payload.value, id: eventID, require: require)
        printer.emitted(count)
        return true
      }
      let reply = try await backend.client.emit(
        event, payload.value, id: eventID, confirm: confirm.value, require: require,
        timeout: options.timeout.seconds)
      printer.confirmed(reply)
      return reply.isConfirmed
    }
  }
}
