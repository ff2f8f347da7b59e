import ArgumentParser
import Foundation
import Parley

/// `parley kernels`
struct KernelsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels",
    abstract: "List the kernels that are installed.",
    discussion: """
      Kernels are found in the folders that come with parley, in $PARLEY_KERNEL_PATH, and on Jupyter's search path. A \
      kernel that is no shim of Parley's is a foreign Jupyter kernel.

      EXAMPLES:
        parley kernels
        parley kernels --json
      """)

  @Flag(help: "Print one JSON object.")
  var json = false

  func run() async throws {
    let health = try await KernelHealth.examine(environment: ProcessInfo.processInfo.environment)
    if json { return OutcomePrinter(isJSON: true).print(health.json) }
    var table = Table(["KERNEL", "LANGUAGE", "VERSION", "STATUS", "KIND", "FOLDER"])
    for kernel in health.kernels {
      table.append([
        kernel.name, kernel.language, kernel.version ?? "-", kernel.status,
        kernel.isShim ? "shim" : "foreign", kernel.folder,
      ])
    }
    Terminal.standardOutput.line(table.text(for: .standardOutput))
    for problem in health.problems { Terminal.standardError.line(problem) }
  }
}
