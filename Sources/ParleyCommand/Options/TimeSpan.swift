import ArgumentParser

/// A duration as people write it: `250ms`, `5s`, `2m`.
struct TimeSpan: ExpressibleByArgument {
  let seconds: Double

  init(seconds: Double) { self.seconds = seconds }

  init?(argument: String) {
    let units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600)]
    guard let (suffix, factor) = units.first(where: { argument.hasSuffix($0.0) }),
      let number = Double(argument.dropLast(suffix.count)), number.isFinite, number > 0
    else { return nil }
    seconds = number * factor
  }

  var defaultValueDescription: String { "30s" }
}
