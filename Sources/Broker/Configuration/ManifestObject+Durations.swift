import KernelProtocol

extension ManifestObject {
  /// The duration of a key that may be absent, in seconds: `"250ms"`, `"5s"`, `"2m"`, or a number of seconds.
  func duration(_ key: String) throws(ManifestProblem) -> Double? {
    guard let value = object[key] else { return nil }
    guard let seconds = value.doubleValue ?? value.stringValue.flatMap(DurationText.seconds),
      seconds > 0, seconds <= 86_400
    else {
      throw ManifestProblem(
        pointer.appending(key),
        "\"\(key)\" is a duration such as \"30s\", \"250ms\" or \"2m\", or a number of seconds, above 0 and at "
          + "most a day")
    }
    return seconds
  }
}
