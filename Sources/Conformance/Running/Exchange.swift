import KernelProtocol
import Parley
import Synchronization

/// What passed through an orchestrator since a case began, and who waits for something to pass.
final class Exchange: Sendable {
  private struct Waiter {
    let number: Int
    let isSatisfied: @Sendable ([ExchangeEntry]) -> Bool
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var entries: [ExchangeEntry] = []
    var waiters: [Waiter] = []
    var nextNumber = 0
    var hasEnded = false
  }

  /// A case that floods is cut: its first messages tell the story.
  private static let limit = 20_000

  private let state = Mutex(State())

  /// Takes in what an orchestrator reports, until it ends.
  func follow(_ reports: AsyncStream<OrchestratorReport>) async {
    for await report in reports {
      if let entry = ExchangeEntry(report) { append(entry) }
    }
    end()
  }

  /// Forgets what was before, for the next case.
  func begin() { state.withLock { $0.entries = [] } }

  /// The messages that match a pattern.
  func entries(_ pattern: MessagePattern) -> [ExchangeEntry] {
    let entries = state.withLock { $0.entries }
    return entries.filter { pattern.matches($0, among: entries) }
  }

  /// All of it as lines, the middle left out when it is long.
  func lines(atMost limit: Int) -> [String] {
    let lines = state.withLock { $0.entries }.filter { !$0.type.hasPrefix("status_") }.map(\.line)
    guard lines.count > limit else { return lines }
    let half = limit / 2
    return lines.prefix(half) + ["… \(lines.count - 2 * half) more …"] + lines.suffix(half)
  }

  /// Waits until so many messages match; ends as well when the orchestrator has ended or the task is cancelled.
  func wait(for pattern: MessagePattern, count: Int) async {
    await wait { entries in
      entries.count(where: { pattern.matches($0, among: entries) }) >= count
    }
  }

  /// Waits until the orchestrator's answers to so many questions for its status have been seen, and so all before them.
  func wait(forStatusReplies count: Int) async {
    await wait { [self] _ in seen().replies >= count }
  }

  /// Waits until so many calls of the operator have reached the orchestrator.
  func wait(forOwnRequests count: Int) async {
    await wait { [self] _ in seen().requests >= count }
  }

  private let counts = Mutex((replies: 0, requests: 0))

  private func seen() -> (replies: Int, requests: Int) { counts.withLock { $0 } }

  private func append(_ entry: ExchangeEntry) {
    counts.withLock { counts in
      if entry.type == "status_reply" { counts.replies += 1 }
      if entry.type == "call_request", entry.from == "operator" { counts.requests += 1 }
    }
    let woken = state.withLock { state -> [Waiter] in
      if state.entries.count < Self.limit { state.entries.append(entry) }
      return Self.takeSatisfied(&state)
    }
    for waiter in woken { waiter.continuation.resume() }
  }

  private static func takeSatisfied(_ state: inout State) -> [Waiter] {
    guard !state.waiters.isEmpty else { return [] }
    let entries = state.entries
    let woken = state.waiters.filter { $0.isSatisfied(entries) }
    let numbers = Set(woken.map(\.number))
    state.waiters.removeAll { numbers.contains($0.number) }
    return woken
  }

  private func end() {
    let woken = state.withLock { state -> [Waiter] in
      state.hasEnded = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in woken { waiter.continuation.resume() }
  }

  private func wait(_ isSatisfied: @escaping @Sendable ([ExchangeEntry]) -> Bool) async {
    let number = state.withLock { state -> Int in
      state.nextNumber += 1
      return state.nextNumber
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waits = state.withLock { state -> Bool in
          if state.hasEnded || Task.isCancelled || isSatisfied(state.entries) { return false }
          state.waiters.append(
            Waiter(number: number, isSatisfied: isSatisfied, continuation: continuation))
          return true
        }
        if !waits { continuation.resume() }
      }
    } onCancel: {
      giveUp(number)
    }
  }

  private func giveUp(_ number: Int) {
    let waiter = state.withLock { state -> Waiter? in
      guard let index = state.waiters.firstIndex(where: { $0.number == number }) else { return nil }
      return state.waiters.remove(at: index)
    }
    waiter?.continuation.resume()
  }
}
