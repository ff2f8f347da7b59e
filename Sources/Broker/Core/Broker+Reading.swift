import KernelProtocol

extension Broker {
  /// Whether a kernel has said hello.
  public func isGreeted(_ id: ConnectionID) -> Bool { connections[id]?.isGreeted ?? false }

  /// How many frames a plugin has, waiting or running.
  public func frameCount(of plugin: String) -> Int {
    plugins[plugin].flatMap { connections[$0.connection]?.frames.count } ?? 0
  }

  /// Who waits for whom now, a sentence for each waiting frame.
  public func waitSentences() -> [String] {
    frames.keys.sorted().compactMap { key in
      guard let frame = frames[key] else { return nil }
      let node: WaitNode = frame.phase == .waiting ? .queued(key) : .frame(key)
      var path = [node]
      while path.count < 3, let last = path.last,
        let next = possibleWaitGraph.waits(last).targets.first
      {
        path.append(next)
        guard case .turn = next else { break }
      }
      return path.count > 1 ? describe(path) : nil
    }
  }
}
