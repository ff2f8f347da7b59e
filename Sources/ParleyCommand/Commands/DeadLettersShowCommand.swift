import ArgumentParser
import Parley

/// `parley dead-letters show`
struct DeadLettersShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one, with its payload and its error.")

  @Argument(help: "Its id, as the list shows it.")
  var id: String

  @OptionGroup var options: DeadLetterOptions

  func run() async throws {
    try await options.perform(.init(.show, ids: [id])) { letters in
      letters.map { DeadLetterText($0).text(for: .standardOutput) }.joined(separator: "\n")
    }
  }
}
