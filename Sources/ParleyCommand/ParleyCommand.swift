import ArgumentParser

/// `parley`: plugins in five languages, as if they were one program.
struct ParleyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "parley",
    abstract: "Runs plugins in Python, Ruby, Node.js, Lua and Perl that call each other.",
    discussion: """
      EXAMPLES:
        parley doctor                         which kernels would start, and what mends the others
        parley run plugins/                   run plugins until ^C
        parley call stats.summary '{"rows": [1, 2, 3]}'
        parley call stats.summary '{"rows": [1, 2, 3]}' --plugins plugins/
        parley exec --kernel ruby '[1, 2, 3].sum'

      Exit status: 0 ok, 1 an operation ended in another outcome, 2 usage, 130 after ^C.
      """,
    version: "parley 0.1.0",
    subcommands: [
      RunCommand.self, PsCommand.self, ServicesCommand.self, RestartCommand.self,
      ReloadCommand.self, AttachCommand.self, CallCommand.self,
      EmitCommand.self, ListenCommand.self, ExecCommand.self, TraceCommand.self,
      DeadLettersCommand.self,
      KernelsCommand.self, DoctorCommand.self, NewCommand.self, ConformanceCommand.self,
      SchemaCommand.self, TypesCommand.self,
    ])
}
