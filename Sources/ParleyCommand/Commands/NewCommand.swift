import ArgumentParser

/// `parley new`
struct NewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make the skeleton of a plugin.",
    discussion: """
      EXAMPLES:
        parley new plugin greeter --kernel ruby
      """,
    subcommands: [NewPluginCommand.self])
}
