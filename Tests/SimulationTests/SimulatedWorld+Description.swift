import KernelProtocol

@testable import Broker

/// What a failing seed shows besides its number.
extension SimulatedWorld {
  /// What each handler and its frame wait for, and how to play the seed again.
  var story: String {
    let lines = kernels.keys.sorted { $0.number < $1.number }.flatMap { id in
      (kernels[id]?.handlers ?? []).map { describe($0, at: id) }
    }
    let frames = broker.frames.keys.sorted().map { key in
      let node: WaitNode = broker.frames[key]?.phase == .waiting ? .queued(key) : .frame(key)
      let path = broker.waitGraph.deadlock(from: node).map { "\($0)" } ?? "can go on"
      return "\(key), child of \(broker.frames[key]?.parent.map { "\($0)" } ?? "none"): \(path)"
    }
    return """
      Play it again:
        PARLEY_SIMULATION_SEED=\(seed) swift test --filter SimulationTests
      \(lines.joined(separator: "\n"))
      \(frames.joined(separator: "\n"))
      """
  }

  private func describe(_ handler: SimulatedHandler, at id: ConnectionID) -> String {
    let number = broker.number(ofMessage: handler.header.id) ?? 0
    let frame = broker.frames[FrameKey(number: number, connection: id)]
    let seen = frame.map { frame in
      "\(frame.kind.name), \(frame.phase), may run: \(frame.mayRun), told: \(frame.toldWaits ?? []), "
        + "open: \(frame.outgoing), locks: \(frame.awaitedLocks.map(\.name))"
    }
    return "\(number) on \(id): \(handler.wait)\(handler.isWatched ? " (watched)" : ""); "
      + "the broker sees \(seen ?? "no frame")"
  }
}
