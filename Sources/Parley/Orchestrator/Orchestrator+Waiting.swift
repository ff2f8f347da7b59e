import Broker
import KernelProtocol
import ZeroMQ

extension Orchestrator {
  /// Waits until each plugin has started or failed; whether somebody comes with a token is not waited for.
  public func waitUntilSettled() async {
    await wait { $0.isSettled }
  }

  /// Waits until the plugins were launched and each has started or failed: for those parts of an application that begin beside the
  /// orchestrator.
  ///
  /// - Throws: `unavailable` when the orchestrator is stopped before, `cancelled` when the task is cancelled.
  public nonisolated func waitUntilReady() async throws(OutcomeError) { try await gate.wait() }

  private var isSettled: Bool {
    plugins.values.allSatisfy { plugin in
      switch plugin.state {
      case .starting, .loading: plugin.isAttached
      case .started, .restarting, .failed, .quarantined, .stopped: true
      }
    }
  }

  /// Waits until no handler waits or runs and no event is on its way, for so many seconds at most.
  public func waitUntilIdle(timeout: Double) async {
    let deadline = MonotonicClock.now(plus: .seconds(timeout))
    let token = loop.setTimer(at: deadline) { [unowned self] in
      assumeIsolated { $0.wakeWaiters() }
    }
    await wait { $0.broker.isIdle && $0.areCouriersIdle || MonotonicClock.now() >= deadline }
    loop.cancel(token)
  }

  /// Waits until a state is reached, or the orchestrator has stopped; it is looked at after every input.
  func wait(until isSatisfied: @escaping (isolated Orchestrator) -> Bool) async {
    guard !hasClosed, !isSatisfied(self) else { return }
    await withCheckedContinuation { continuation in
      waiters.append(Waiter(isSatisfied: isSatisfied, continuation: continuation))
    }
  }

  func wakeWaiters() {
    if hasLaunched, !isReady, isSettled {
      isReady = true
      gate.open()
    }
    guard !waiters.isEmpty else { return }
    let satisfied = waiters.indices.filter { waiters[$0].isSatisfied(self) }
    let woken = satisfied.map { waiters[$0].continuation }
    for index in satisfied.reversed() { waiters.remove(at: index) }
    for continuation in woken { continuation.resume() }
  }

  /// Nothing changes any more: whoever waits goes on, whether or not what it waits for has come.
  func releaseWaiters() {
    let released = waiters
    waiters = []
    for waiter in released { waiter.continuation.resume() }
  }

  /// Waits for a kernel's hello.
  func waitForHello(_ id: ConnectionID) async throws(OutcomeError) {
    await wait { $0.peers[id] == nil || $0.broker.isGreeted(id) }
    guard broker.isGreeted(id) else {
      throw startupFailures[id] ?? OutcomeError(.unavailable, "The kernel was ended.")
    }
  }
}
