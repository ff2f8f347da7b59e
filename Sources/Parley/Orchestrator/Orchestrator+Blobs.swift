import Store
import ZeroMQ

extension Orchestrator {
  /// Deletes the blobs that nothing refers to any more, now and every hour. It reads what is stored, on SQLite's queue; nothing
  /// waits for it.
  func collectBlobs(in store: Store) {
    guard recording.blobTimer == nil, !isStopped else { return }
    recording.blobTimer = loop.setTimer(after: .seconds(3_600)) { [unowned self] in
      assumeIsolated {
        $0.recording.blobTimer = nil
        $0.collectBlobs(in: store)
      }
    }
    let (age, hub) = (configuration.blobAge, hub)
    Task {
      do throws(StoreError) { try await store.collectBlobs(olderThan: age) } catch {
        // When it stops meanwhile, the next start does it.
        if error.code != .closed { hub.send(.storeFailed(description: error.description)) }
      }
    }
  }
}
