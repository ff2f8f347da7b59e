/// One case with the kernels that play it.
public struct CaseRun: Sendable, Hashable, CustomStringConvertible {
  /// The table that it is in.
  public let table: String
  /// The case's name.
  public let name: String
  /// The kernel that is examined, then those of the other slots.
  public let kernels: [String]

  /// `errors: an error … [python → lua]`
  public var description: String { "\(table): \(name) [\(kernels.joined(separator: " → "))]" }

  var round: Round { Round(kernels: kernels) }
}
