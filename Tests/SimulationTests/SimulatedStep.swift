/// What a simulated handler does next.
enum SimulatedStep: Equatable {
  /// Calls a method and waits for the reply.
  case call(String, timeout: Double?)
  /// Emits an event and waits for the broker's reply.
  case emit(String)
  /// Takes a lock, and gives it back when so many further steps are done.
  case lock(String)
  case unlock(String)
  /// Waits for nothing but its turn.
  case pause
}
