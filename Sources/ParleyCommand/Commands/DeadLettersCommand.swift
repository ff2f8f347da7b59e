import ArgumentParser

/// `parley dead-letters`
struct DeadLettersCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dead-letters",
    abstract: "List, show, retry or drop the events that a plugin could not handle.",
    discussion: """
      A queued or durable event that has failed as often as its manifest allows, or was rejected, is kept with its last \
      error. They are those of the running orchestrator; with --plugins DIR also those of durable events of plugins that \
      do not run now.

      EXAMPLES:
        parley dead-letters                   all, one a line
        parley dead-letters show d17.1        one, with its payload and its error
        parley dead-letters retry d17.1 q3    deliver them again, as if for the first time
        parley dead-letters retry --all --plugin billing --event 'order:*'
        parley dead-letters drop --all --plugins plugins/
      """,
    subcommands: [
      DeadLettersListCommand.self, DeadLettersShowCommand.self, DeadLettersRetryCommand.self,
      DeadLettersDropCommand.self,
    ],
    defaultSubcommand: DeadLettersListCommand.self)
}
