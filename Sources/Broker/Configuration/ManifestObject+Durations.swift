import KernelProtocol

extension ManifestObject {
  private static let units: [(suffix: String, seconds: Double)] = [
    ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3_600),
  ]

  /// The duration of a key that may be absent, in seconds: `"250ms"`, `"5s"`, `"2m"`, or a number of seconds.
  func duration(_ key: String) throws(ManifestProblem) -> Double? {
    guard let value = object[key] else { return nil }
    guard let seconds = value.doubleValue ?? value.stringValue.flatMap(Self.seconds),
      seconds > 0, seconds <= 86_400
    else {
      throw ManifestProblem(
        pointer.appending(key),
        "\"\(key)\" is a duration such as \"30s\", \"250ms\" or \"2m\", or a number of seconds, above 0 and at "
          + "most a day")
    }
    return seconds
  }

  private static func seconds(_ text: String) -> Double? {
    guard let unit = units.first(where: { text.hasSuffix($0.suffix) }) else { return nil }
    return Double(text.dropLast(unit.suffix.count)).map { $0 * unit.seconds }
  }
}
