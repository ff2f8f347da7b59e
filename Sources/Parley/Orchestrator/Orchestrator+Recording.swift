import Broker
import KernelProtocol
import Store
import ZeroMQ

extension Orchestrator {
  /// Begins to open the database of a plugins' folder; nothing waits for it.
  func openStore(for folder: String) {
    guard configuration.keepsState, recording.opening == nil else { return }
    let path = StateFolder(environment: configuration.environment)
      .database(forPlugins: folder)
    let hub = hub
    let opening = Task.detached { () -> Store? in
      do throws(StoreError) {
        return try Store(path: path)
      } catch {
        hub.send(.storeFailed(description: error.description))
        return nil
      }
    }
    recording.opening = opening
    Task { storeOpened(await opening.value) }
  }

  /// Takes in a span. It costs an append: the rest is done by the store, on its own queue.
  func record(_ span: Span) {
    guard recording.opening != nil, !recording.isPaused, recording.spans.count < Recording.limit
    else { return }
    recording.spans.append(span)
    if recording.timer == nil, recording.store != nil { setRecordingTimer() }
  }

  /// Leaves spans out from now on, or keeps them again: so that the benchmark can compare the two in the same processes.
  package func pauseRecording(_ isPaused: Bool) { recording.isPaused = isPaused }

  /// Writes what is there and closes the database.
  func closeStore() async {
    guard let opening = recording.opening else { return }
    storeOpened(await opening.value)
    handOver()
    if let timer = recording.blobTimer { loop.cancel(timer) }
    await recording.store?.close()
    recording = Recording()
  }

  /// The database, once it is open; nil when none is kept or it cannot be opened.
  func openedStore() async -> Store? {
    if let store = recording.store { return store }
    return await recording.opening?.value
  }

  private func storeOpened(_ store: Store?) {
    guard let store else {
      recording.opening = nil
      recording.spans = []
      return performWaitingTasks()
    }
    recording.store = store
    performWaitingTasks()
    handOver()
    collectBlobs(in: store)
  }

  private func setRecordingTimer() {
    recording.timer = loop.setTimer(after: Recording.interval) { [unowned self] in
      assumeIsolated { $0.handOver() }
    }
  }

  private func handOver() {
    if let timer = recording.timer { loop.cancel(timer) }
    recording.timer = nil
    guard let store = recording.store, !recording.spans.isEmpty else { return }
    let spans = recording.spans
    recording.spans = []
    let origin = WallClock.nanoseconds() - Int64(MonotonicClock.now())
    store.record(count: spans.count) { spans.map { SpanRecord($0, origin: origin) } }
  }
}
