import ArgumentParser
import KernelProtocol

/// A duration as people write it: `250ms`, `5s`, `2m`.
struct TimeSpan: ExpressibleByArgument {
  let seconds: Double

  init(seconds: Double) { self.seconds = seconds }

  init?(argument: String) {
    guard let seconds = DurationText.seconds(argument) else { return nil }
    self.init(seconds: seconds)
  }

  var defaultValueDescription: String { "\(Int(seconds))s" }
}
