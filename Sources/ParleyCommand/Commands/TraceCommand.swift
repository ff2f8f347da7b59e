import ArgumentParser
import Foundation
import Parley

/// `parley trace`
struct TraceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Show what called what: recent traces, or one as a tree and a sequence diagram.",
    discussion: """
      A trace is all that one call or event has caused, across plugins; it ends in a state, and when that is not ok, the \
      step that failed is named. Those of the running orchestrator are shown, else those of the one that ran last.

      EXAMPLES:
        parley trace                          the latest, one a line
        parley trace 4bf92f                   one, by the beginning of its id
        parley trace latest --mermaid         for a document
        parley trace latest --chrome > trace.json    for ui.perfetto.dev
      """)

  @Argument(
    help: "The trace: its id, the beginning of it, or `latest`. Without it they are listed.")
  var id: String?

  @Option(help: "The folder of plugins whose traces are wanted.", completion: .directory)
  var plugins: String?

  @Option(help: "How many to list.")
  var limit = 20

  @Flag(help: "How to show it: by default as a tree and a sequence diagram.")
  var form: TraceForm?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard id?.isEmpty != true else { throw ValidationError("The trace's id is empty.") }
    guard limit > 0 else { throw ValidationError("--limit takes a number from 1 on.") }
    guard form == nil || !json else {
      throw ValidationError("--json and --\(form?.rawValue ?? "") do not go together.")
    }
  }

  func run() async throws {
    do throws(OutcomeError) {
      let archive = try TraceArchive.open(
        plugins: plugins, environment: ProcessInfo.processInfo.environment)
      try await show(archive)
      await archive.close()
    } catch {
      OutcomePrinter(isJSON: json).error(error)
      throw ExitCode(1)
    }
  }

  private func show(_ archive: TraceArchive) async throws(OutcomeError) {
    guard id != nil || form != nil else {
      return list(try await archive.recent(limit: limit))
    }
    let trace = try await archive.trace(id == "latest" ? nil : id)
    if json { return OutcomePrinter(isJSON: true).print(trace.json) }
    Terminal.standardOutput.write(text(of: trace))
  }

  private func text(of trace: Trace) -> String {
    switch form {
    case .mermaid: TraceMermaid(trace).text
    case .chrome: "\(TraceEvents(trace).json)\n"
    case .sequence: TraceDiagram(trace).text
    case nil:
      TraceTable.headline(of: trace, for: .standardOutput) + "\n"
        + Terminal.standardOutput.tree(trace) + "\n" + TraceDiagram(trace).text
    }
  }

  private func list(_ traces: [Trace]) {
    guard !json else {
      return OutcomePrinter(isJSON: true).print(["traces": .array(traces.map(\.summary))])
    }
    Terminal.standardOutput.line(TraceTable(traces).text(for: .standardOutput))
  }
}
