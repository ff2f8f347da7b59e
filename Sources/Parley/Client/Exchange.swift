/// A request that is not settled, and where its answers go.
enum Exchange {
  /// One reply settles it.
  case reply(CheckedContinuation<ClientMessage, Never>)
  /// Any number of messages, the last of which settles it.
  case feed(MessageFeed)

  /// Settles it.
  func finish(_ message: ClientMessage) {
    switch self {
    case .reply(let continuation): continuation.resume(returning: message)
    case .feed(let feed): feed.append(message)
    }
  }
}
