import ArgumentParser
import Parley

/// Which dead letters are meant, when not by their ids.
struct DeadLetterFilters: ParsableArguments {
  @Option(help: "Only those of this plugin.")
  var plugin: String?

  @Option(help: "Only those of this event, or pattern of events.")
  var event: String?

  func request(_ action: DeadLetterRequest.Action) -> DeadLetterRequest {
    DeadLetterRequest(action, plugin: plugin, event: event)
  }
}
