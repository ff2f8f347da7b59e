import KernelProtocol
import Parley
import Synchronization

/// What passed through an orchestrator since a case began, and who waits for something to pass.
final class Exchange: Sendable {
  /// What somebody waits for.
  private enum Goal {
    case messages(MessagePattern, missing: Int)
    case statusReplies(Int)
    case ownRequests(Int)
  }

  private struct Waiter {
    let number: Int
    var goal: Goal
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var entries: [ExchangeEntry] = []
    var statusReplies = 0
    var ownRequests = 0
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
    await wait(for: .messages(pattern, missing: count))
  }

  /// Waits until the orchestrator's answers to so many questions for its status have been seen, and so all before them.
  func wait(forStatusReplies count: Int) async { await wait(for: .statusReplies(count)) }

  /// Waits until so many calls of the operator have reached the orchestrator.
  func wait(forOwnRequests count: Int) async { await wait(for: .ownRequests(count)) }

  private func append(_ entry: ExchangeEntry) {
    let woken = state.withLock { state -> [Waiter] in
      if entry.type == "status_reply" { state.statusReplies += 1 }
      if entry.type == "call_request", entry.from == "operator" { state.ownRequests += 1 }
      if state.entries.count < Self.limit { state.entries.append(entry) }
      return Self.takeSatisfied(&state, by: entry)
    }
    for waiter in woken { waiter.continuation.resume() }
  }

  private static func takeSatisfied(_ state: inout State, by entry: ExchangeEntry) -> [Waiter] {
    var woken: [Waiter] = []
    for index in state.waiters.indices.reversed() {
      advance(&state.waiters[index].goal, by: entry, among: state.entries)
      if isReached(state.waiters[index].goal, state) {
        woken.append(state.waiters.remove(at: index))
      }
    }
    return woken
  }

  /// Only the new message is looked at: a stream may send thousands while somebody waits.
  private static func advance(
    _ goal: inout Goal, by entry: ExchangeEntry, among entries: [ExchangeEntry]
  ) {
    guard case .messages(let pattern, let missing) = goal, pattern.matches(entry, among: entries)
    else { return }
    goal = .messages(pattern, missing: missing - 1)
  }

  private static func isReached(_ goal: Goal, _ state: State) -> Bool {
    switch goal {
    case .messages(_, let missing): missing <= 0
    case .statusReplies(let count): state.statusReplies >= count
    case .ownRequests(let count): state.ownRequests >= count
    }
  }

  private func end() {
    let woken = state.withLock { state -> [Waiter] in
      state.hasEnded = true
      defer { state.waiters = [] }
      return state.waiters
    }
    for waiter in woken { waiter.continuation.resume() }
  }

  private func wait(for goal: Goal) async {
    let number = state.withLock { state -> Int in
      state.nextNumber += 1
      return state.nextNumber
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waits = state.withLock { state -> Bool in
          var goal = goal
          for entry in state.entries { Self.advance(&goal, by: entry, among: state.entries) }
          if state.hasEnded || Task.isCancelled || Self.isReached(goal, state) { return false }
          state.waiters.append(Waiter(number: number, goal: goal, continuation: continuation))
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
