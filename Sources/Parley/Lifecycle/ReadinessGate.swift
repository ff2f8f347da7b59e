import KernelProtocol
import Synchronization

/// Where those wait who need the plugins: it opens once, when all have started or failed, or ends with the orchestrator.
///
/// It is no part of the loop, so that waiting ends at once when the waiting task is cancelled, also when the loop has ended.
final class ReadinessGate: Sendable {
  private enum Phase {
    case closed([Int: CheckedContinuation<Void, Never>])
    case open
    case ended
  }

  private let phase = Mutex(Phase.closed([:]))
  private let count = Atomic<Int>(0)

  /// The plugins are there.
  func open() { leave(.open) { if case .closed = $0 { true } else { false } } }

  /// There will be none any more.
  func end() { leave(.ended) { _ in true } }

  /// Waits for the gate to open.
  ///
  /// - Throws: `unavailable` when it ends instead, `cancelled` when the task is.
  func wait() async throws(OutcomeError) {
    let number = count.add(1, ordering: .relaxed).newValue
    await withTaskCancellationHandler {
      await withCheckedContinuation { enter($0, number) }
    } onCancel: {
      giveUp(number)
    }
    if case .ended = phase.withLock({ $0 }) {
      throw OutcomeError(.unavailable, "The orchestrator has stopped.")
    }
    if Task.isCancelled { throw .cancelled(reason: "the task that waited for the plugins") }
  }

  private func enter(_ continuation: CheckedContinuation<Void, Never>, _ number: Int) {
    let waits = phase.withLock { phase -> Bool in
      guard !Task.isCancelled, case .closed(var waiting) = phase else { return false }
      waiting[number] = continuation
      phase = .closed(waiting)
      return true
    }
    if !waits { continuation.resume() }
  }

  private func giveUp(_ number: Int) {
    let continuation = phase.withLock { phase -> CheckedContinuation<Void, Never>? in
      guard case .closed(var waiting) = phase else { return nil }
      defer { phase = .closed(waiting) }
      return waiting.removeValue(forKey: number)
    }
    continuation?.resume()
  }

  private func leave(_ next: Phase, when isWanted: (Phase) -> Bool) {
    let waiting = phase.withLock { phase -> [CheckedContinuation<Void, Never>] in
      guard isWanted(phase) else { return [] }
      defer { phase = next }
      if case .closed(let waiting) = phase { return Array(waiting.values) }
      return []
    }
    for continuation in waiting { continuation.resume() }
  }
}
