import ArgumentParser
import Conformance
import Foundation
import Parley

/// `parley new kernel`
struct NewKernelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel",
    abstract: "Begin a kernel for another language.",
    discussion: """
      The folder has a kernelspec, an outline of the shim, a snippet to be written for each plugin of the conformance \
      suite, and a README.md that tells in which order to make what work, and by which command it is shown.

      EXAMPLES:
        parley new kernel tcl --interpreter tclsh --ending .tcl
        parley new kernel scheme --interpreter guile --ending .scm --comment ';' --into kernels
      """)

  @Argument(help: "The kernel's name; also that of its folder.")
  var name: String

  @Option(help: "The command that runs a program of the language (default: the name).")
  var interpreter: String?

  @Option(help: "The ending of the language's files (default: the name).")
  var ending: String?

  @Option(help: "What begins a comment that goes on to the end of the line.")
  var comment = "#"

  @Option(help: "The folder to make it in.", completion: .directory)
  var into = "."

  func run() async throws {
    let language = KernelSkeleton.Language(
      interpreter: interpreter ?? name, ending: ending ?? name, comment: comment)
    do {
      let environment = ProcessInfo.processInfo.environment
      let skeleton = try KernelSkeleton(name: name, language: language, environment: environment)
      for file in try skeleton.write(into: into) {
        Terminal.standardOutput.line("made \(into == "." ? "" : into + "/")\(file)")
      }
    } catch let error as OutcomeError where error.outcome == .invalidPayload {
      throw ValidationError(error.message)
    } catch {
      Terminal.standardError.line("parley: \(error)")
      throw ExitCode(1)
    }
    let place = into == "." ? name : into + "/" + name
    Terminal.standardOutput.line("\nGo on with \(place)/README.md, and see where it stands:")
    Terminal.standardOutput.line("  PARLEY_KERNEL_PATH=\(into) parley doctor")
  }
}
