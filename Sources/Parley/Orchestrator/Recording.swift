import Broker
import Store
import ZeroMQ

/// What an orchestrator keeps of its database: the store, once it is open, and the spans that wait to be handed to it.
struct Recording {
  /// Opens the store elsewhere than on the loop's thread; nil when nothing is kept.
  var opening: Task<Store?, Never>?
  var store: Store?
  var spans: [Span] = []
  var timer: TimerToken?
  /// Whether spans are left out for a while.
  var isPaused = false
  /// What plugins ask of their storage while the store is being opened.
  var waitingTasks: [StorageTask] = []

  /// When blobs that nothing refers to are deleted the next time.
  var blobTimer: TimerToken?

  /// How long spans are collected, so that a busy orchestrator hands them over by the hundred.
  static let interval = Duration.milliseconds(50)
  /// How many spans wait at most while the store is being opened.
  static let limit = 10_000
}
