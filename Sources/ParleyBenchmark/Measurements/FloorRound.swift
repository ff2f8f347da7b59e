/// The floor, as it was in one round.
struct FloorRound {
  /// Of one round trip, in microseconds.
  let median: Double
  /// Of one round trip, in microseconds.
  let percentile99: Double
  /// Round trips a second with many open.
  let rate: Double
  /// The processor time that this end of a round trip takes, in microseconds, with many open.
  let cost: Double

  init(_ floor: Floor, _ scale: BenchmarkScale) throws {
    _ = try floor.roundTrips(20)
    let samples = try floor.roundTrips(scale.calls)
    median = samples.median
    percentile99 = samples.percentile99
    let before = ProcessorClock.process()
    rate = try floor.rate(scale.burst, inFlight: scale.inFlight)
    cost = Double(ProcessorClock.process() - before) / 1_000 / Double(scale.burst)
  }
}
