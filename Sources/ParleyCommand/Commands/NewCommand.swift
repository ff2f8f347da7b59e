import ArgumentParser

/// `parley new`
struct NewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Make the skeleton of a plugin, or of a kernel for another language.",
    discussion: """
      EXAMPLES:
        parley new plugin greeter --kernel ruby
        parley new kernel tcl --interpreter tclsh --ending .tcl
      """,
    subcommands: [NewPluginCommand.self, NewKernelCommand.self])
}
