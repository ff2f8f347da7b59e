/// Finds what was perhaps meant by a name that nobody knows.
///
/// Names are compared segment by segment, cut at `.` and `:`, because a slip is usually within one
/// segment: `pricing.qoute`.
public enum NearestNames {
  /// Longer names are not compared: the work grows with the square, and names come from peers.
  static let maximumLength = 128

  /// - Returns: at most `limit` of the candidates, nearest first, those equally near by name.
  public static func find(
    _ name: String, among candidates: some Sequence<String>, limit: Int = 3
  ) -> [String] {
    guard name.utf8.count <= maximumLength else { return [] }
    let wanted = segments(name)
    let scored = Set(candidates).compactMap { candidate -> (cost: Int, name: String)? in
      guard candidate != name, candidate.utf8.count <= maximumLength,
        let cost = cost(wanted, segments(candidate))
      else { return nil }
      return (cost, candidate)
    }
    return scored.sorted { ($0.cost, $0.name) < ($1.cost, $1.name) }.prefix(limit).map(\.name)
  }

  /// The nearest one alone, for "did you mean".
  public static func best(_ name: String, among candidates: some Sequence<String>) -> String? {
    find(name, among: candidates, limit: 1).first
  }

  private static func segments(_ name: String) -> [[Unicode.Scalar]] {
    name.lowercased().unicodeScalars.split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == "." || $0 == ":" }
    ).map(Array.init)
  }

  /// The sum over the segments, or nil when the names are not alike.
  private static func cost(_ left: [[Unicode.Scalar]], _ right: [[Unicode.Scalar]]) -> Int? {
    guard left.count == right.count else { return wholeCost(left, right) }
    var total = 0
    var unlike = 0
    for (left, right) in zip(left, right) {
      if let cost = segmentCost(left, right) {
        total += cost
      } else {
        unlike += 1
        total += 4
      }
    }
    // One foreign segment is forgiven when another one is right: `price.quote`, `rates.quote`.
    guard unlike == 0 || (unlike == 1 && left.count > 1 && total <= 5) else { return nil }
    return total
  }

  /// Names with different numbers of segments: a forgotten or mistaken mark, `pricing_quote`.
  private static func wholeCost(_ left: [[Unicode.Scalar]], _ right: [[Unicode.Scalar]]) -> Int? {
    if let last = left.last, left.count == 1, right.last == last { return 3 }
    return segmentCost(Array(left.joined(separator: ["."])), Array(right.joined(separator: ["."])))
  }

  /// A third of the letters may be wrong, and one always.
  private static func segmentCost(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int? {
    if left == right { return 0 }
    let (short, long) = left.count < right.count ? (left, right) : (right, left)
    if short.count >= 3, long.starts(with: short) || long.suffix(short.count).elementsEqual(short) {
      return 2
    }
    let distance = EditDistance.between(left, right)
    return distance <= max(1, long.count / 3) ? distance : nil
  }
}
