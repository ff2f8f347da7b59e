import ArgumentParser
import Foundation
import Parley

/// `parley doctor`
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Tell which kernels would start, and the one command that mends each that would not.",
    discussion: """
      Exit status 1 when something is missing.

      EXAMPLES:
        parley doctor
        parley doctor --json
      """)

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let health = try await KernelHealth.examine(environment: ProcessInfo.processInfo.environment)
    if json {
      OutcomePrinter(isJSON: true).print(health.json)
    } else {
      show(health)
    }
    if !health.isWell { throw ExitCode(1) }
  }

  private func show(_ health: KernelHealth) {
    let terminal = Terminal.standardOutput
    for kernel in health.kernels where kernel.isShim || kernel.isReady {
      let mark = kernel.isReady ? terminal.style("✓", .green) : terminal.style("✗", .red)
      terminal.line(
        "\(mark) \(kernel.name) \(kernel.version ?? "") \(kernel.isReady ? "" : "— \(kernel.detail)")"
      )
      if let mend = kernel.mend, !kernel.isReady { terminal.line("    mend it with: \(mend)") }
    }
    for problem in health.problems { terminal.line("\(terminal.style("✗", .red)) \(problem)") }
  }
}
