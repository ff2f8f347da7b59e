import KernelProtocol

/// What an explaining evaluation has noted.
struct SchemaReport {
  struct Finding {
    let node: Int32
    let keyword: [String]
    /// The value's place on the tape.
    let place: Int
    let expected: String
    /// nil: described from the tape, when it is known what is sensitive.
    let got: String?
    let causes: [Finding]
  }

  let limit: Int
  private(set) var findings: [Finding] = []
  /// Places whose values must not be shown.
  var sensitive: Set<Int> = []

  init(limit: Int) { self.limit = limit }

  /// How far into the value the first violation is.
  var reach: Int { findings.map(\.place).max() ?? .max }

  mutating func visit(_ place: Int, isSensitive: Bool) {
    if isSensitive { sensitive.insert(place) }
  }

  mutating func note(_ finding: Finding) {
    if findings.count < limit { findings.append(finding) }
  }
}
