import ArgumentParser
import Parley

/// `parley dead-letters retry`
struct DeadLettersRetryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Deliver some again, as if for the first time.")

  @OptionGroup var choice: DeadLetterChoice
  @OptionGroup var options: DeadLetterOptions

  func run() async throws {
    try await options.perform(choice.request(.retry)) { letters in
      DeadLetterTable.count(letters, "will be delivered again")
    }
  }
}
