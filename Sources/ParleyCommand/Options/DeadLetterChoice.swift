import ArgumentParser
import Parley

/// Which dead letters something is done to: ids, or `--all` that the filters let through.
struct DeadLetterChoice: ParsableArguments {
  @Argument(help: "Their ids, as the list shows them.")
  var ids: [String] = []

  @Flag(help: "All of them, or all that --plugin and --event let through.")
  var all = false

  @OptionGroup var filters: DeadLetterFilters

  mutating func validate() throws {
    guard all == ids.isEmpty else {
      throw ValidationError(
        all ? "Ids and --all exclude each other." : "Give the ids of dead letters, or --all.")
    }
  }

  func request(_ action: DeadLetterRequest.Action) -> DeadLetterRequest {
    var request = filters.request(action)
    request.ids = ids
    return request
  }
}
