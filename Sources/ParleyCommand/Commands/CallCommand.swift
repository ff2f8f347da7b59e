import ArgumentParser
import Parley

/// `parley call`
struct CallCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "call",
    abstract: "Call a method of a plugin.",
    discussion: """
      The parameters are a JSON object. A method that yields a stream prints its items as they come. Bytes in a \
      result are shown as {"base64": "…"}.

      EXAMPLES:
        parley call stats.summary '{"rows": [1, 2, 3]}'
        parley call stats.summary '{"rows": [1, 2, 3]}' --plugins plugins/ --json
        parley call report.render --tree
        parley call report.render --plugins examples/weather/plugins --tree
      """)

  @Argument(help: "The method, such as stats.summary.")
  var method: String

  @Argument(help: "The parameters, a JSON object.")
  var params = JSONArgument.empty

  @OptionGroup var options: OperationOptions

  @Flag(help: "Show afterwards, on standard error, who called whom and how long it took.")
  var tree = false

  func run() async throws {
    let printer = OutcomePrinter(isJSON: options.json)
    let operation = Operation(options: options, printer: printer, showsTree: tree)
    try await operation.run { [method, params, options] backend throws(OutcomeError) in
      try await Self.call(
        method, params.value, timeout: options.timeout.seconds, client: backend.client, printer)
      return true
    }
  }

  private static func call(
    _ method: String, _ params: JSONValue, timeout: Double, client: Client,
    _ printer: OutcomePrinter
  ) async throws(OutcomeError) {
    guard try await isStream(method, client) else {
      printer.value(try await client.call(method, params, timeout: timeout))
      return
    }
    do {
      let items = try await client.stream(method, params, timeout: timeout)
      for try await item in items { printer.item(item) }
    } catch let error as OutcomeError {
      throw error
    } catch {
      throw OutcomeError(.cancelled, "\(error)")
    }
    if printer.isJSON { printer.print(["outcome": "ok", "value": .null]) }
  }

  /// Whether a method is declared to yield a stream.
  private static func isStream(_ method: String, _ client: Client) async throws(OutcomeError)
    -> Bool
  {
    let status = try await client.status()
    let providers = (status["plugins"]?.arrayValue ?? []) + [status["application"] ?? [:]]
    return providers.contains { provider in
      provider["streams"]?.arrayValue?.contains(.string(method)) ?? false
    }
  }
}
