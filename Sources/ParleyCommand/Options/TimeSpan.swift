import ArgumentParser

/// A duration as people write it: `250ms`, `5s`, `2m`.
struct TimeSpan: ExpressibleByArgument {
  let seconds: Double

  init(seconds: Double) { self.seconds = seconds }

  init?(argument: String) {
    let units: [(String, (Double) -> Double)] = [
      ("ms", { $0 / 1_000 }), ("s", { $0 }), ("m", { $0 * 60 }), ("h", { $0 * 3_600 }),
    ]
    guard let (suffix, inSeconds) = units.first(where: { argument.hasSuffix($0.0) }),
      let number = Double(argument.dropLast(suffix.count)), number.isFinite, number > 0
    else { return nil }
    seconds = inSeconds(number)
  }

  var defaultValueDescription: String { "\(Int(seconds))s" }
}
