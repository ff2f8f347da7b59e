import ArgumentParser
import Foundation
import Parley

/// `parley listen`
struct ListenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "listen",
    abstract: "Show the events of a running orchestrator as they come.",
    discussion: """
      It merely looks on: no emit waits for it, and it is no subscriber that emits count. When it cannot keep up it misses \
      the oldest; the sequence numbers in --json show where.

      EXAMPLES:
        parley listen
        parley listen 'cart:*'
        parley listen reading:anomalous --count 1 --json
      """)

  @Argument(help: "An event or a pattern: * is one segment, ** at the end any number.")
  var pattern = "**"

  @Option(help: "Stop after so many events.")
  var count: Int?

  @Option(help: "The control socket of the orchestrator to talk to.", completion: .file())
  var socket: String?

  @Flag(help: "Print one JSON object for each event.")
  var json = false

  func validate() throws {
    guard count.map({ $0 > 0 }) ?? true else {
      throw ValidationError("--count must be at least 1.")
    }
  }

  func run() async throws {
    let (status, wasInterrupted) = await Interruption.run { [self] in await listen() }
    guard !wasInterrupted else { throw ExitCode(130) }
    guard status == 0 else { throw ExitCode(status) }
  }

  private func listen() async -> Int32 {
    let outcomes = OutcomePrinter(isJSON: json)
    do {
      let connection = try await ControlConnection.open(
        path: socket, environment: ProcessInfo.processInfo.environment)
      let left = await show(
        try await connection.client.events(
          pattern, as: JSONValue.self, buffer: .droppingOldest(10_000), confirms: false))
      await connection.close()
      guard left, !Task.isCancelled else { return 0 }
      throw OutcomeError(.unavailable, "The orchestrator has ended.")
    } catch {
      outcomes.error(error as? OutcomeError ?? OutcomeError(.unavailable, "\(error)"))
      return 1
    }
  }

  /// Prints events.
  ///
  /// - Returns: whether more were wanted.
  private func show(_ events: EventStream<JSONValue>) async -> Bool {
    let printer = EventPrinter(isJSON: json)
    printer.begin(pattern)
    var left = count ?? .max
    for await event in events {
      printer.print(event)
      left -= 1
      if left == 0 { return false }
    }
    return true
  }
}
