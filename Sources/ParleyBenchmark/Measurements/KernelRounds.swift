import KernelProtocol

/// All that is measured of one kernel in each round.
struct KernelRounds {
  let kernel: BenchedKernel
  /// Another kernel, which it calls; itself when it is the only one.
  let neighbour: BenchedKernel
  private var calls = Series()
  private var slowCalls = Series()
  private var relays = Series()
  private var mixedRelays = Series()
  private var levels = Series()
  private var bends = Series()
  private var rates = Series()
  private var costs = Series()

  init(_ kernel: BenchedKernel, neighbour: BenchedKernel) {
    self.kernel = kernel
    self.neighbour = neighbour
  }

  /// Lets the interpreter see everything that is going to be measured.
  func warmUp(_ bench: Workbench, _ scale: BenchmarkScale) async throws {
    let parameters = FloorMessage.parameters
    for plugin in [kernel.serial, kernel.concurrent] {
      try await bench.client.call(scale.warmUp, plugin + ".echo", parameters)
    }
    _ = try await relayTime(kernel.serial, bench, count: scale.warmUp / 2)
  }

  /// Measures one round.
  mutating func measure(
    _ bench: Workbench, _ floor: FloorRound, _ scale: BenchmarkScale
  ) async throws {
    let parameters = FloorMessage.parameters
    let times = try await bench.client.time(scale.calls, kernel.serial + ".echo", parameters)
    let call = Samples(nanoseconds: times)
    calls.append(call.median, floor: floor.median)
    slowCalls.append(call.percentile99, floor: floor.median)
    let own = try await relay(kernel.serial, bench, scale, base: call.median)
    relays.append(own, floor: floor.median)
    let mixed = try await relay(neighbour.serial, bench, scale, base: call.median)
    mixedRelays.append(mixed, floor: floor.median)
    let nesting = try await NestingRound(kernel, bench, scale)
    levels.append(nesting.perLevel, floor: floor.median)
    bends.append(nesting.bend, floor: 1)
    let before = ProcessorClock.process()
    let rate = try await bench.client.rate(
      scale.burst, inFlight: scale.inFlight, kernel.concurrent + ".echo", parameters)
    rates.append(rate, floor: floor.rate)
    let cost = Double(ProcessorClock.process() - before) / 1_000 / Double(scale.burst)
    costs.append(cost, floor: floor.cost)
  }

  /// One call from kernel to kernel: a handler makes some, and what its own call takes is taken off.
  private func relay(
    _ provider: String, _ bench: Workbench, _ scale: BenchmarkScale, base: Double
  ) async throws -> Double {
    var samples: [Double] = []
    for _ in 0..<scale.relays {
      let time = try await relayTime(provider, bench, count: scale.relayed)
      samples.append((time - base) / Double(scale.relayed))
    }
    return Samples(samples).median
  }

  private func relayTime(
    _ provider: String, _ bench: Workbench, count: Int
  ) async throws -> Double {
    let parameters: JSONValue = [
      "method": .string(provider + ".echo"), "count": JSONValue(count),
    ]
    let times = try await bench.client.time(1, kernel.concurrent + ".relay", parameters)
    return Samples(nanoseconds: times).median
  }

  /// The figures, by what they are of.
  var rows: [Row] {
    let latency: Double = kernel.name == "python" ? 1.1 : 1
    let rate: Double = kernel.name == "ruby" ? 40_000 : 60_000
    return [
      row("call, median", calls, .microseconds, .atMost(latency)),
      row("call, 99th percentile", slowCalls, .microseconds, .atMost(4)),
      row("kernel to kernel, median", relays, .microseconds, .atMost(2.2)),
      row("kernel to \(neighbour.name), median", mixedRelays, .microseconds, .atMost(2.2)),
      row("each further level of nesting", levels, .microseconds, .atMost(2.2)),
      row("levels 16 to 32 against 1 to 16", bends, .factor, .atMost(1.3, .value)),
      row("calls with 64 in flight", rates, .perSecond, .atLeast(rate)),
      row("the orchestrator's processor time for each", costs, .microseconds, nil),
    ]
  }

  private func row(_ what: String, _ series: Series, _ unit: Unit, _ target: Target?) -> Row {
    let ratio = unit == .factor ? nil : series.ratio
    return Row(
      what: what, subject: kernel.name, value: series.value, unit: unit, ratio: ratio,
      target: target)
  }
}
