import DequeModule
import Synchronization

/// Messages on their way from the loop to one reader, in order.
///
/// It holds what has come and has not been read; a stream's credit bounds it.
final class MessageFeed: Sendable {
  private struct State {
    var messages: Deque<ClientMessage> = []
    var reader: CheckedContinuation<ClientMessage, Never>?
  }

  private let state = Mutex(State())

  /// Adds a message.
  func append(_ message: ClientMessage) {
    let reader = state.withLock { state -> CheckedContinuation<ClientMessage, Never>? in
      guard let reader = state.reader else {
        state.messages.append(message)
        return nil
      }
      state.reader = nil
      return reader
    }
    reader?.resume(returning: message)
  }

  /// The next message; there may be one reader at a time, and none after the final message.
  func next() async -> ClientMessage {
    await withCheckedContinuation { continuation in
      let message = state.withLock { state -> ClientMessage? in
        if let first = state.messages.popFirst() { return first }
        state.reader = continuation
        return nil
      }
      if let message { continuation.resume(returning: message) }
    }
  }
}
