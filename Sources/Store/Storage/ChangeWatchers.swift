import Synchronization

/// Hands changes to those who watch, in the order of the transactions.
final class ChangeWatchers: Sendable {
  private struct Watcher {
    let namespace: StorageNamespace
    let prefix: String
    let continuation: AsyncStream<StorageChange>.Continuation
  }

  private struct State {
    var watchers: [Int: Watcher] = [:]
    var count = 0
  }

  private let state = Mutex(State())

  /// All changes of keys that begin so, from now on.
  func watch(_ namespace: StorageNamespace, prefix: String) -> AsyncStream<StorageChange> {
    let (stream, continuation) = AsyncStream.makeStream(of: StorageChange.self)
    let number = state.withLock { state in
      state.count += 1
      state.watchers[state.count] = Watcher(
        namespace: namespace, prefix: prefix, continuation: continuation)
      return state.count
    }
    continuation.onTermination = { [weak self] _ in
      self?.state.withLock { $0.watchers[number] = nil }
    }
    return stream
  }

  /// Tells those whom it concerns.
  func send(_ change: StorageChange) {
    let concerned = state.withLock { state in
      state.watchers.sorted { $0.key < $1.key }.map(\.value).filter { watcher in
        watcher.namespace == change.namespace
          && change.key.utf8.starts(with: watcher.prefix.utf8)
      }
    }
    for watcher in concerned { watcher.continuation.yield(change) }
  }

  /// Nothing follows.
  func finish() {
    for watcher in state.withLock({ Array($0.watchers.values) }) { watcher.continuation.finish() }
  }
}
