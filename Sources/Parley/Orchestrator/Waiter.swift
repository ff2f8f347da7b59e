/// Someone who waits for a state of the orchestrator.
struct Waiter {
  /// Whether the state is reached; asked after every input.
  let isSatisfied: (isolated Orchestrator) -> Bool
  let continuation: CheckedContinuation<Void, Never>
}
