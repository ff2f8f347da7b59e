import KernelProtocol

/// Chains of calls between two kernels of one language, each made while the one before waits.
struct NestingRound {
  /// What one more level costs, in microseconds: the slope of the line through all depths (least squares).
  let perLevel: Double
  /// What a level costs from depth 16 on, against before; 1 when the cost is linear.
  let bend: Double

  init(_ kernel: BenchedKernel, _ bench: Workbench, _ scale: BenchmarkScale) async throws {
    var medians: [(depth: Double, time: Double)] = []
    for depth in BenchmarkScale.depths {
      let parameters: JSONValue = [
        "depth": JSONValue(depth), "here": .string(kernel.serial + ".nest"),
        "there": .string(kernel.concurrent + ".nest"),
      ]
      let times = try await bench.client.time(scale.chains, kernel.serial + ".nest", parameters)
      medians.append((Double(depth), Samples(nanoseconds: times).median))
    }
    perLevel = Self.slope(medians)
    bend =
      Self.slope(medians.filter { $0.depth >= 16 }) / Self.slope(medians.filter { $0.depth <= 16 })
  }

  private static func slope(_ points: [(depth: Double, time: Double)]) -> Double {
    let count = Double(points.count)
    let depth = points.reduce(0) { $0 + $1.depth } / count
    let time = points.reduce(0) { $0 + $1.time } / count
    let rise = points.reduce(0) { $0 + ($1.depth - depth) * ($1.time - time) }
    return rise / points.reduce(0) { $0 + ($1.depth - depth) * ($1.depth - depth) }
  }
}
