import ArgumentParser
import Conformance
import Foundation
import Parley

/// `parley conformance`
struct ConformanceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "conformance",
    abstract: "Show what a kernel does as the protocol asks, and what not.",
    discussion: """
      Plugins in the kernel's language call, fail, stream, hang and die, alone and together with the other kernels that \
      are installed. Each case that fails is shown with the reason and the messages that passed. The cases are tables; \
      specs/conformance/README.md says how they are written, how a failure is read and what a new language brings.

      EXAMPLES:
        parley conformance
        parley conformance --kernel lua
        parley conformance --kernel lua --only deadlock
        parley conformance --junit conformance.xml
      """)

  @Option(name: .shortAndLong, help: "Examine this kernel; may be given again. Without it all are.")
  var kernel: [String] = []

  @Option(help: "Play only cases whose line contains this text.")
  var only: String?

  @Option(
    name: .shortAndLong, help: "Play so many groups of cases at a time, each with its own kernels.")
  var jobs = 2

  @Flag(name: .shortAndLong, help: "Show the cases that pass, too.")
  var verbose = false

  @Flag(help: "List the cases and play none.")
  var list = false

  @Flag(help: "Print one JSON object at the end; progress goes to standard error.")
  var json = false

  @Option(help: "Write the results as JUnit XML into this file too.", completion: .file())
  var junit: String?

  func validate() throws {
    guard jobs > 0 else { throw ValidationError("--jobs must be 1 or more.") }
  }

  func run() async throws {
    let suite = try await suite()
    let examined = try examined(suite)
    let runs = suite.runs(examining: examined, only: only)
    guard !list else { return runs.forEach { Terminal.standardOutput.line("\($0)") } }
    let printer = ConformancePrinter(
      json ? .standardError : .standardOutput, examining: examined, runs, isVerbose: verbose)
    let start = ContinuousClock.now
    let (results, wasInterrupted) = await Interruption.run {
      await suite.play(runs, lanes: jobs) { printer.show($0) }
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    printer.summarise(results, skipped: obstacles(suite), seconds: seconds)
    if json { OutcomePrinter(isJSON: true).print(object(results, suite)) }
    try write(results)
    if wasInterrupted { throw ExitCode(130) }
    if results.isEmpty || results.contains(where: \.hasFailed) { throw ExitCode(1) }
  }

  private func suite() async throws -> ConformanceSuite {
    do {
      return try await ConformanceSuite(environment: ProcessInfo.processInfo.environment)
    } catch {
      Terminal.standardError.line("parley: \(error)")
      throw ExitCode(1)
    }
  }

  /// The kernels to examine; one that was named must be there.
  private func examined(_ suite: ConformanceSuite) throws -> [String] {
    for name in kernel where !suite.kernels.contains(name) {
      let known = suite.candidates.first { $0.name == name }
      let reason = known?.obstacle ?? "there is no such kernel; `parley kernels` lists them"
      Terminal.standardError.line("parley: \(name) cannot be examined: \(reason)")
      throw ExitCode(1)
    }
    return kernel.isEmpty ? suite.kernels : kernel
  }

  private func obstacles(_ suite: ConformanceSuite) -> [String] {
    guard kernel.isEmpty else { return [] }
    return suite.candidates.compactMap { candidate in
      candidate.obstacle.map { "\(candidate.name): \($0)" }
    }
  }

  private func object(_ results: [CaseResult], _ suite: ConformanceSuite) -> JSONValue {
    [
      "ok": .bool(!results.isEmpty && !results.contains(where: \.hasFailed)),
      "results": .array(results.map(\.json)), "skipped": JSONValue(obstacles(suite)),
    ]
  }

  private func write(_ results: [CaseResult]) throws {
    guard let junit else { return }
    do {
      try JUnitReport(results).text.write(toFile: junit, atomically: true, encoding: .utf8)
    } catch {
      Terminal.standardError.line(
        "parley: \(junit) cannot be written: \(error.localizedDescription)")
      throw ExitCode(1)
    }
  }
}
