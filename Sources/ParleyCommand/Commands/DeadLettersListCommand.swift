import ArgumentParser
import Parley

/// `parley dead-letters list`
struct DeadLettersListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List them, the oldest first.")

  @OptionGroup var options: DeadLetterOptions
  @OptionGroup var filters: DeadLetterFilters

  func run() async throws {
    try await options.perform(filters.request(.list)) { letters in
      DeadLetterTable(letters).text(for: .standardOutput)
    }
  }
}
