import Broker
import KernelManagement
import KernelProtocol
import ZeroMQ

extension Orchestrator {
  /// Ends everything: `on_stop` handlers run, kernels exit, those that do not are made to, the sockets and the runtime
  /// folder go. A second call does nothing.
  public func stop() async {
    guard !isStopped else { return }
    isStopped = true
    gate.end()
    for peer in peers.values { peer.isEnding = true }
    handle(.shutDown)
    let ladders = [
      (configuration.shutdownPatience, Signal.terminate),
      (configuration.shutdownPatience + 1, Signal.kill),
    ]
    let timers = ladders.map { delay, signal in
      loop.setTimer(after: .seconds(delay)) { [unowned self] in
        assumeIsolated { $0.signalAll(signal) }
      }
    }
    await wait { $0.peers.isEmpty }
    for timer in timers { loop.cancel(timer) }
    endCouriers()
    await closeStore()
    close()
  }

  /// Ends everything at once; for the second ^C.
  public func kill() { signalAll(.kill) }

  private func signalAll(_ signal: Signal) {
    for peer in peers.values {
      peer.isEnding = true
      peer.process?.signal(signal)
      if peer.attached != nil { lose(peer) }
    }
  }

  private func close() {
    client.assumeIsolated {
      $0.close(OutcomeError(.unavailable, "The orchestrator has stopped."))
    }
    requests?.close()
    events?.close()
    control?.close()
    if let timer { loop.cancel(timer.token) }
    timer = nil
    if let gaugeTimer { loop.cancel(gaugeTimer) }
    hub.finish()
    hasClosed = true
    releaseWaiters()
    runtime.remove()
    _ = try? reaper.stop()
    loop.stop()
  }
}
