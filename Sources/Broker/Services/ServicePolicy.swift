/// Which of a method's providers a call goes to; without one a method has one provider.
public enum ServicePolicy: String, CaseIterable, Sendable {
  /// Each in turn.
  case roundRobin = "round_robin"
  /// The one with the fewest frames.
  case leastBusy = "least_busy"
  /// The first that is there, in the order of their declaration.
  case first
  /// All of them; the result is the list of what they answer.
  case broadcast
}
