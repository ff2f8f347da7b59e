import KernelProtocol
import Parley

/// What it costs to record traces: the same calls to the same kernel, in the same processes, which record each and then none, turn and
/// turn about.
///
/// With a process for either, where the system happens to run each makes more of a difference than what is measured.
struct TracingMeasurement {
  let scale: BenchmarkScale
  /// Turns of each in a round, short ones, so that both see the same machine.
  private static let turns = 20

  private let bench: Workbench

  /// Starts the plugins of the folder.
  init(_ scale: BenchmarkScale, plugins: String) async throws {
    self.scale = scale
    bench = try await Workbench.open()
    try await bench.start(plugins)
  }

  /// Ends it.
  func close() async { await bench.close() }

  /// The ratios of one kernel.
  func rows(of kernel: BenchedKernel) async throws -> [Row] {
    let (serial, concurrent) = (kernel.serial + ".echo", kernel.concurrent + ".echo")
    try await bench.client.call(scale.warmUp, serial, FloorMessage.parameters)
    try await bench.client.call(scale.warmUp / 2, concurrent, FloorMessage.parameters)
    var (times, rates) = (Series(), Series())
    for _ in 0..<scale.rounds {
      let time = try await turnAbout { try await self.time(serial) }
      times.append(time.recorded, floor: time.bare)
      let rate = try await turnAbout { try await secondsOfMany(concurrent) }
      rates.append(rate.recorded, floor: rate.bare)
    }
    return [
      row("a call with its trace recorded", kernel, times, .atMost(1.05, .value)),
      row("calls with 64 in flight, recorded", kernel, rates, nil),
    ]
  }

  /// The median of the turns, in whatever the body measures.
  private func turnAbout(
    _ body: () async throws -> Double
  ) async throws -> (recorded: Double, bare: Double) {
    var results: [[Double]] = [[], []]
    for turn in 0..<(2 * Self.turns) {
      // One, two, two, one: a machine that drifts changes both alike.
      let isBare = (turn + turn / 2).isMultiple(of: 2)
      await bench.orchestrator.pauseRecording(isBare)
      results[isBare ? 1 : 0].append(try await body())
    }
    await bench.orchestrator.pauseRecording(false)
    return (Samples(results[0]).median, Samples(results[1]).median)
  }

  private func time(_ method: String) async throws -> Double {
    let times = try await bench.client.time(
      scale.calls / Self.turns, method, FloorMessage.parameters)
    return Samples(nanoseconds: times).median
  }

  private func secondsOfMany(_ method: String) async throws -> Double {
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
