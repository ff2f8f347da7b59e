import Broker

/// How many events wait for a loop that is slower than they come, and what happens to those beyond.
public enum EventBuffer: Sendable, Equatable {
  /// The emit of a `queued` or `durable` event waits until there is room; of `broadcast` events the oldest is dropped.
  case waiting(Int)
  /// The oldest is dropped, and counted.
  case droppingOldest(Int)
  /// The new one is dropped, and counted.
  case droppingNewest(Int)

  var limit: Int {
    switch self {
    case .waiting(let limit), .droppingOldest(let limit), .droppingNewest(let limit): max(1, limit)
    }
  }

  var overflow: Overflow {
    switch self {
    case .waiting: .block
    case .droppingOldest: .dropOldest
    case .droppingNewest: .dropNewest
    }
  }
}
