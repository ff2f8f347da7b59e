import KernelProtocol

/// What a simulated handler does next.
enum SimulatedStep: Equatable {
  /// Calls a method and waits for the reply.
  case call(String, timeout: Double?)
  /// Calls methods all at once and goes on with the first reply; the others stay open.
  case race([String])
  /// Gives up what a race has left open, without waiting.
  case cancelRest
  /// Waits for one more of those that a race has left open.
  case awaitRest
  /// Calls methods all at once and goes on when all have replied, or one of them with an error.
  case gather([String])
  /// Opens a stream with a window of so many items; the handler reads it with `read`.
  case open(String, window: Int, timeout: Double?)
  /// Takes an item of the stream opened last, and waits for it; at its end the stream is closed.
  case read
  /// Leaves the stream opened last before its end.
  case leave
  /// Yields an item, when it streams; waits for credit.
  case yield
  /// Emits an event and waits for the broker's reply.
  case emit(String)
  /// Emits a queued event and waits for the broker's reply, perhaps for that of its subscribers.
  case emitJob(String, confirm: Confirmation?)
  /// Emits an event that comes in another rhythm, and waits for the broker's reply.
  case emitNews(String)
  /// Takes a lock, and waits for it.
  case lock(String, timeout: Double?)
  case unlock(String)
  /// Waits for nothing but its turn.
  case pause
}
