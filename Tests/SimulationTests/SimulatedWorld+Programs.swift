import KernelProtocol

/// What simulated handlers do, at random.
extension SimulatedWorld {
  /// The program of a handler.
  mutating func program(
    _ role: SimulatedHandler.Role, isSequential: Bool
  ) -> [SimulatedStep] {
    var steps: [SimulatedStep] = []
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      steps += piece(isSequential: isSequential)
      if role == .stream { steps += yields() }
    }
    if role == .stream { steps += yields() }
    return steps
  }

  private mutating func yields() -> [SimulatedStep] {
    Array(repeating: .yield, count: Int.random(in: 0...4, using: &random))
  }

  private mutating func piece(isSequential: Bool) -> [SimulatedStep] {
    switch Int.random(in: (isSequential ? 6 : 0)..<22, using: &random) {
    case 0, 1: race()
    case 2: [.gather([method(), method()])]
    case 3..<6: reading()
    case 6..<13: [.call(method(), timeout: timeout(0.2))]
    case 13: [.emit("p\(plugin()):done")]
    case 14: [.emitJob("p\(plugin()):job", confirm: confirmation())]
    case 15: locked(chance(0.3) && !isSequential ? reading() : [.call(method(), timeout: nil)])
    case 16: locked([.call(method(), timeout: nil)])
    case 17: [.emitNews("p\(plugin()):news")]
    case 18: [.emitNews("p\(plugin()):tide")]
    default: [.pause]
    }
  }

  private mutating func confirmation() -> Confirmation? {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: .all
    case 1: .any
    case 2: .quorum(2)
    default: nil
    }
  }

  private mutating func race() -> [SimulatedStep] {
    let methods = (0..<Int.random(in: 2...3, using: &random)).map { _ in method() }
    switch Int.random(in: 0..<3, using: &random) {
    case 0: return [.race(methods), .cancelRest]
    case 1: return [.race(methods), .pause, .awaitRest]
    default: return [.race(methods)]
    }
  }

  /// Reads a stream: to its end or not, slowly, with calls in between, that may go back to its producer.
  private mutating func reading() -> [SimulatedStep] {
    let producer = plugin()
    let window = Int.random(in: 1...3, using: &random)
    var steps: [SimulatedStep] = [
      .open("p\(producer).list", window: window, timeout: timeout(0.3))
    ]
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      steps.append(.read)
      if chance(0.2) { steps.append(.pause) }
      if chance(0.15) { steps.append(.call("p\(producer).do", timeout: nil)) }
      if chance(0.05) { steps += [.lock("a", timeout: nil), .unlock("a")] }
    }
    return steps + [.leave]
  }

  private mutating func locked(_ inside: [SimulatedStep]) -> [SimulatedStep] {
    let name = chance(0.5) ? "a" : "b"
    return [.lock(name, timeout: timeout(0.3))] + inside + [.unlock(name)]
  }

  private mutating func timeout(_ probability: Double) -> Double? {
    faults.timeouts && chance(probability) ? 2 : nil
  }

  /// The number of a plugin.
  mutating func plugin() -> Int { Int.random(in: 0..<kernels.count, using: &random) }

  /// A method that replies with one value.
  mutating func method() -> String { chance(0.8) ? "p\(plugin()).do" : "p\(plugin()).peek" }
}
