/// Durations as people write them: `250ms`, `5s`, `2m`, `1h`.
public enum DurationText {
  private static let units: [(suffix: String, inSeconds: @Sendable (Double) -> Double)] = [
    ("ms", { $0 / 1_000 }), ("s", { $0 }), ("m", { $0 * 60 }), ("h", { $0 * 3_600 }),
  ]

  /// The seconds that a text stands for, above 0; nil when it is no duration.
  public static func seconds(_ text: String) -> Double? {
    guard let unit = units.first(where: { text.hasSuffix($0.suffix) }),
      let number = Double(text.dropLast(unit.suffix.count)), number.isFinite, number > 0
    else { return nil }
    return unit.inSeconds(number)
  }
}
