/// Waits that grow exponentially, up to a limit.
struct Backoff {
  /// The first wait, in seconds.
  let first: Double
  /// By how much each wait is longer than the one before.
  let factor: Double
  /// The longest wait, in seconds.
  let maximum: Double

  /// The wait of that number, from 1, in seconds.
  func wait(_ number: Int) -> Double {
    var wait = first
    for _ in 1..<max(1, min(number, 64)) { wait = min(maximum, wait * factor) }
    return min(maximum, wait)
  }
}
