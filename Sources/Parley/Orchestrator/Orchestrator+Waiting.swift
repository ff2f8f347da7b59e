import Broker
import KernelProtocol

extension Orchestrator {
  /// Waits until each plugin has started or failed.
  public func waitUntilSettled() async {
    await wait { orchestrator in
      orchestrator.plugins.values.allSatisfy { plugin in
        switch plugin.state {
        case .starting, .loading: false
        case .started, .failed, .stopped: true
        }
      }
    }
  }

  /// Waits until no handler waits or runs, for so many seconds at most.
  public func waitUntilIdle(timeout: Double) async {
    var hasTimedOut = false
    let token = loop.setTimer(after: .seconds(timeout)) { [unowned self] in
      assumeIsolated { orchestrator in
        hasTimedOut = true
        orchestrator.wakeWaiters()
      }
    }
    await wait { $0.broker.frameCount == 0 || hasTimedOut }
    loop.cancel(token)
  }

  /// Waits until a state is reached; it is looked at after every input.
  func wait(until isSatisfied: @escaping (isolated Orchestrator) -> Bool) async {
    guard !isSatisfied(self) else { return }
    await withCheckedContinuation { continuation in
      waiters.append(Waiter(isSatisfied: isSatisfied, continuation: continuation))
    }
  }

  func wakeWaiters() {
    guard !waiters.isEmpty else { return }
    let satisfied = waiters.indices.filter { waiters[$0].isSatisfied(self) }
    let woken = satisfied.map { waiters[$0].continuation }
    for index in satisfied.reversed() { waiters.remove(at: index) }
    for continuation in woken { continuation.resume() }
  }

  /// Waits for a kernel's hello.
  func waitForHello(_ id: ConnectionID) async throws(OutcomeError) {
    await wait { $0.peers[id] == nil || $0.broker.isGreeted(id) }
    guard broker.isGreeted(id) else { throw startupFailures[id] ?? .neverStarted }
  }
}
