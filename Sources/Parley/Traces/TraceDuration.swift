/// How long something took, for people.
enum TraceDuration {
  /// Milliseconds with two digits after the point.
  static func text(_ seconds: Double) -> String {
    let hundredths = Int((seconds * 100_000).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) ms"
  }
}
