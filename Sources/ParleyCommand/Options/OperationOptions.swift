import ArgumentParser

/// What `call` and `emit` have in common.
struct OperationOptions: ParsableArguments {
  @Option(
    help: "Run the plugins in this folder just for this operation.",
    completion: .directory)
  var plugins: String?

  @OptionGroup var host: HostOptions

  @Option(help: "The control socket of the orchestrator to talk to.", completion: .file())
  var socket: String?

  @Option(help: "How long to wait: 500ms, 5s, 2m.")
  var timeout = TimeSpan(seconds: 30)

  @Flag(help: "Print one JSON object; everything else goes to standard error.")
  var json = false

  mutating func validate() throws {
    guard plugins == nil || socket == nil else {
      throw ValidationError("--plugins and --socket exclude each other: choose one.")
    }
    guard plugins != nil || host.config == nil else {
      throw ValidationError(
        "--config is for the plugins that --plugins starts; what runs is told by `parley reload --config`."
      )
    }
  }
}
