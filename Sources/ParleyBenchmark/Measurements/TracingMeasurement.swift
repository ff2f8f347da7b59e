import KernelProtocol

/// What it costs to record traces: the same calls to the same kernel, through an orchestrator that records each and through one
/// that keeps nothing, turn and turn about.
struct TracingMeasurement {
  let scale: BenchmarkScale
  /// Turns of each in a round, short ones, so that both see the same machine.
  private static let turns = 10

  private let recording: Workbench
  private let bare: Workbench

  /// Starts both orchestrators, each with the plugins of the folder.
  init(_ scale: BenchmarkScale, plugins: String) async throws {
    self.scale = scale
    recording = try await Workbench.open()
    bare = try await Workbench.open(keepsState: false)
    for bench in [recording, bare] { try await bench.start(plugins) }
  }

  /// Ends both.
  func close() async {
    await recording.close()
    await bare.close()
  }

  /// The ratios of one kernel.
  func rows(of kernel: BenchedKernel) async throws -> [Row] {
    let (serial, concurrent) = (kernel.serial + ".echo", kernel.concurrent + ".echo")
    for bench in [recording, bare] {
      try await bench.client.call(scale.warmUp, serial, FloorMessage.parameters)
      try await bench.client.call(scale.warmUp / 2, concurrent, FloorMessage.parameters)
    }
    var (times, rates) = (Series(), Series())
    for round in 0..<scale.rounds {
      let time = try await turnAbout(round) { try await self.time(serial, $0) }
      times.append(time.recorded, floor: time.bare)
      let rate = try await turnAbout(round) { try await secondsOfMany(concurrent, $0) }
      rates.append(rate.recorded, floor: rate.bare)
    }
    return [
      row("a call with its trace recorded", kernel, times, .atMost(1.05, .value)),
      row("calls with 64 in flight, recorded", kernel, rates, nil),
    ]
  }

  /// The median of the turns, in whatever the body measures.
  private func turnAbout(
    _ round: Int, _ body: (Workbench) async throws -> Double
  ) async throws -> (recorded: Double, bare: Double) {
    var recorded: [Double] = []
    var without: [Double] = []
    for turn in 0..<Self.turns {
      let recordsFirst = (turn + round).isMultiple(of: 2)
      if recordsFirst { recorded.append(try await body(recording)) }
      without.append(try await body(bare))
      if !recordsFirst { recorded.append(try await body(recording)) }
    }
    return (Samples(recorded).median, Samples(without).median)
  }

  private func time(_ method: String, _ bench: Workbench) async throws -> Double {
    let times = try await bench.client.time(
      scale.calls / Self.turns, method, FloorMessage.parameters)
    return Samples(nanoseconds: times).median
  }

  private func secondsOfMany(_ method: String, _ bench: Workbench) async throws -> Double {
    1
      / (try await bench.client.rate(
        scale.burst / Self.turns, inFlight: scale.inFlight, method, FloorMessage.parameters))
  }

  private func row(
    _ what: String, _ kernel: BenchedKernel, _ series: Series, _ target: Target?
  ) -> Row {
    Row(
      what: what, subject: kernel.name, value: series.ratio, unit: .factor, target: target,
      note: "the time of one without, turn about")
  }
}
