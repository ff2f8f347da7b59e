/// One figure, measured once in each round, and the floor of the same round.
///
/// The ratio is taken in each round and its median given: what slows a whole round down, another program for instance, leaves
/// it as it is.
struct Series {
  private var values: [Double] = []
  private var ratios: [Double] = []

  /// Adds a round's figure.
  mutating func append(_ value: Double, floor: Double) {
    values.append(value)
    ratios.append(value / floor)
  }

  /// Whether no round was measured.
  var isEmpty: Bool { values.isEmpty }

  /// The median of the rounds.
  var value: Double { Samples(values).median }

  /// The median of the rounds' ratios to the floor.
  var ratio: Double { Samples(ratios).median }
}
