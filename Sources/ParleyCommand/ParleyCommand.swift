import ArgumentParser

@main
struct ParleyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "parley")
}
