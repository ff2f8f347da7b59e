/// What a simulated handler is suspended for.
enum SimulatedWait: Equatable {
  /// It can do its next step.
  case nothing
  /// The first reply to any of these requests.
  case any(Set<String>)
  /// The replies to all of these requests.
  case all(Set<String>)
  /// An item of this stream, or its end.
  case item(String)
  /// Credit for an item that it has.
  case credit

  /// The requests that it waits for.
  var requests: Set<String> {
    switch self {
    case .nothing, .credit: []
    case .any(let requests), .all(let requests): requests
    case .item(let request): [request]
    }
  }
}
