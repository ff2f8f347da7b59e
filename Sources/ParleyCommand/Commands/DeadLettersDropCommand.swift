import ArgumentParser
import Parley

/// `parley dead-letters drop`
struct DeadLettersDropCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drop", abstract: "Delete some for good.")

  @OptionGroup var choice: DeadLetterChoice
  @OptionGroup var options: DeadLetterOptions

  func run() async throws {
    try await options.perform(choice.request(.drop)) { letters in
      DeadLetterTable.count(letters, letters.count == 1 ? "is deleted" : "are deleted")
    }
  }
}
