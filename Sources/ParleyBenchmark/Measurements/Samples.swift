/// Times of the same thing done again and again, in microseconds.
struct Samples {
  private let sorted: [Double]

  /// Takes times in nanoseconds.
  ///
  /// - Parameter nanoseconds: at least one.
  init(nanoseconds: [UInt64]) { self.init(nanoseconds.map { Double($0) / 1_000 }) }

  /// Takes figures of any unit, at least one.
  init(_ values: [Double]) { sorted = values.sorted() }

  /// Half of them were quicker.
  var median: Double {
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }

  /// 99 of a hundred were at most that slow (nearest rank).
  var percentile99: Double { sorted[min(sorted.count - 1, sorted.count * 99 / 100)] }
}
