/// Finds what was probably meant by a name that does not exist.
enum NearestName {
  /// The candidate with the fewest edits from `name`, if they are no more than a third of its
  /// length and one; of equals the first in alphabetical order.
  static func to(_ name: String, in candidates: some Sequence<String>) -> String? {
    let ranked = candidates.sorted().map { (name: $0, edits: distance(name, $0)) }
    guard let best = ranked.min(by: { $0.edits < $1.edits }) else { return nil }
    return best.edits <= name.count / 3 + 1 ? best.name : nil
  }

  /// Insertions, deletions and substitutions between two names (Levenshtein's distance).
  private static func distance(_ first: String, _ second: String) -> Int {
    let second = Array(second.lowercased())
    var row = Array(0...second.count)
    for (i, character) in first.lowercased().enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in second.enumerated() {
        let substituted = diagonal + (character == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
      }
    }
    return row[second.count]
  }
}
